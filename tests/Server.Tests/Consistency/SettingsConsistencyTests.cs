using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>A setting is known everywhere or nowhere: in the code that reads it, the README, the sample, and (tests/Infra) the template.</summary>
public class SettingsConsistencyTests
{
    // A laptop has no managed identity, and who signs is the first thing to choose.
    private static readonly string[] InTheSampleThoughOptional = ["POSTERN_SIGNING", "POSTERN_IDENTITY"];

    // Core Tools start the executable by the one, the timers need the other.
    private static readonly Dictionary<string, string> OfTheHostOnALaptop = new()
    {
        ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
    };

    private static readonly Dictionary<string, string> Minimal = new()
    {
        ["POSTERN_ISSUER"] = "https://login.example",
        ["POSTERN_STORAGE"] = "UseDevelopmentStorage=true",
        ["POSTERN_KEY_VAULT"] = "https://example.vault.azure.net",
    };

    private static IReadOnlyList<string> Names { get; } =
        [.. ServerOptions.Names().Where(name => name.StartsWith("POSTERN_", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];

    private static IReadOnlyList<(string Name, string Default)> Documented { get; } =
        [
            .. from row in Documents.Table(Documents.Readme, "| setting | default | what it is |")
               let defaults = row[1].Split(", ")
               from setting in Documents.Code(row[0]).Select((name, i) => (name, defaults[Math.Min(i, defaults.Length - 1)].Trim('`')))
               select setting,
        ];

    [Fact]
    public void Readme_explains_every_setting_once_and_no_other() =>
        Assert.Equal(Names, Documented.Select(setting => setting.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_template_offers_the_ways_of_signing_that_there_are()
    {
        var offered = Documents.All(Documents.Bicep, @"@allowed\(\[((?:\s+'\w+')+)\s+\]\)\nparam signing ")
            .SelectMany(words => Documents.All(words, @"'(\w+)'"))
            .Distinct();
        Assert.Equal(Enum.GetValues<SigningMode>(), offered.Select(word => Read(("POSTERN_SIGNING", word)).Keys.Mode).Order());
    }

    [Fact]
    public void The_sample_has_what_a_laptop_needs_and_nothing_unknown()
    {
        using var sample = JsonDocument.Parse(Documents.Read("local.settings.sample.json"));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(value => value.Name, value => value.Value.GetString()!.Replace("<vault>", "example", StringComparison.Ordinal));
        Assert.Equal(OfTheHostOnALaptop, values.Where(value => !value.Key.StartsWith("POSTERN_", StringComparison.Ordinal)).ToDictionary());
        Assert.Equal(
            Minimal.Keys.Concat(InTheSampleThoughOptional).Order(StringComparer.Ordinal),
            values.Keys.Where(name => name.StartsWith("POSTERN_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        ServerOptions.Read(values.GetValueOrDefault);
    }

    [Fact]
    public void Exactly_what_readme_calls_required_is_required()
    {
        var nothing = Assert.Throws<InvalidSettingsException>(() => ServerOptions.Read(_ => null));
        var required = nothing.Problems.Select(problem => problem.Name).ToList();
        Assert.Equal(required, Documented.Where(setting => setting.Default == "required").Select(setting => setting.Name));
        Assert.Equal(required, Minimal.Keys);
    }

    [Fact]
    public void Setting_a_default_of_readme_changes_nothing()
    {
        var standard = Read();
        foreach (var (name, value) in Documented.Where(setting => setting.Default is not ("required" or "none")))
            Assert.Equal(standard, value == "the issuer" ? Read((name, standard.Issuer)) with { DefaultAudience = null } : Read((name, value)));
        Assert.Equal(standard.Issuer, standard.Audience);
    }

    [Fact]
    public void What_has_no_default_in_readme_has_none()
    {
        var standard = Read();
        Assert.Equal(
            ["POSTERN_IDENTITY_CLIENT_ID", "POSTERN_SCOPES", "POSTERN_CLIENT_ADDRESS_HEADER"],
            Documented.Where(setting => setting.Default == "none").Select(setting => setting.Name)
        );
        Assert.Null(standard.IdentityClientId);
        Assert.Null(standard.ClientAddressHeader);
        Assert.True(standard.Scopes.IsEmpty);
    }

    private static ServerOptions Read(params (string Name, string Value)[] more)
    {
        var values = new Dictionary<string, string>(Minimal);
        foreach (var (name, value) in more)
            values[name] = value;
        return ServerOptions.Read(values.GetValueOrDefault);
    }
}
