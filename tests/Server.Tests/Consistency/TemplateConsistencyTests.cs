using System.Text.RegularExpressions;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What the template sets is what the server and the Functions host understand, with outputs as a deployment would have them.</summary>
public partial class TemplateConsistencyTests
{
    private const string Issuer = "https://login.example";
    private const string ClientId = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";

    private static readonly string Main = Documents.Read("bicep/main.bicep");
    private static readonly string App = Documents.Read("bicep/app.bicep");

    // By these the host finds its storage and Application Insights as the app's identity.
    private static readonly Dictionary<string, string> OfTheHost = new()
    {
        ["AzureWebJobsStorage__blobServiceUri"] = "account.properties.primaryEndpoints.blob",
        ["AzureWebJobsStorage__credential"] = "'managedidentity'",
        ["AzureWebJobsStorage__clientId"] = "identityClientId",
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "insights.properties.ConnectionString",
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "'ClientId=${identityClientId};Authorization=AAD'",
    };

    [Fact]
    public void The_template_sets_what_the_host_needs_and_nothing_else_of_its() =>
        Assert.Equal(OfTheHost, Assignments(App).Where(setting => !IsOurs(setting.Key)).ToDictionary());

    [Fact]
    public void A_template_whose_parameters_are_left_alone_gives_the_server_its_defaults() => Assert.Equal(Expected(), Deployed([]));

    [Fact]
    public void What_is_chosen_in_the_template_reaches_the_server()
    {
        var expected = Expected(("POSTERN_SIGNING", "wrapped"), ("POSTERN_KEY_ROTATION", "30d"), ("POSTERN_KEY_VAULT_WRAPPING_KEY", "w"));
        Assert.Equal(expected, Deployed(new() { ["signing"] = "wrapped", ["keyRotationDays"] = "30", ["keyNames.wrapping"] = "w" }));
    }

    private static ServerOptions Expected(params IEnumerable<(string Name, string Value)> more)
    {
        var values = new Dictionary<string, string>
        {
            ["POSTERN_ISSUER"] = Issuer,
            ["POSTERN_STORAGE"] = "https://acct.table.core.windows.net",
            ["POSTERN_KEY_VAULT"] = "https://v.vault.azure.net",
            ["POSTERN_IDENTITY_CLIENT_ID"] = ClientId,
        };
        foreach (var (name, value) in more)
            values[name] = value;
        return ServerOptions.Read(values.GetValueOrDefault);
    }

    /// <summary>The options of a server that the template deployed, with these values in place of what it says.</summary>
    private static ServerOptions Deployed(Dictionary<string, string> chosen)
    {
        var known = new Dictionary<string, string>(chosen)
        {
            ["effectiveIssuer"] = Issuer,
            ["identity.properties.clientId"] = ClientId,
            ["account.name"] = "acct",
            ["vault.name"] = "v",
            ["environment().suffixes.storage"] = "core.windows.net",
            ["environment().suffixes.keyvaultDns"] = ".vault.azure.net",
        };
        var settings = Assignments(Main).Concat(Assignments(App).Where(setting => IsOurs(setting.Key)));
        var values = settings.ToDictionary(setting => setting.Key, setting => Value(setting.Value, known));
        return ServerOptions.Read(values.GetValueOrDefault);
    }

    private static bool IsOurs(string name) => name.StartsWith("POSTERN_", StringComparison.Ordinal);

    /// <summary>The settings that a file puts on top of those that its caller chose, each with its expression.</summary>
    private static Dictionary<string, string> Assignments(string file)
    {
        var block = Assert.Single(Documents.All(file, @"union\(settings, \{\n((?:.*\n)*?) *\}\)"));
        return Assignment().Matches(block).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    private static string Value(string expression, Dictionary<string, string> known)
    {
        if (expression.StartsWith('\''))
            return Interpolation().Replace(expression.Trim('\''), match => Value(match.Groups[1].Value, known));
        return known.TryGetValue(expression, out var value) ? value : Value(Definition(expression), known);
    }

    /// <summary>The output of a module, the member of a variable, or the default of a parameter.</summary>
    private static string Definition(string expression)
    {
        var parts = expression.Split('.');
        if (parts is [var module, "outputs", var output])
            return Assert.Single(Documents.All(Documents.Read($"bicep/{module}.bicep"), $"^output {output} string = (.+)$"));
        if (parts is [var variable, var member])
            return Assert.Single(Documents.All(Main, $@"^var {variable} = \{{\n(?:  .+\n)*?  {member}: (.+)$"));
        var standard = Assert.Single(Documents.All(Main, $@"^param {expression} \w+ = (.+)$"));
        return $"'{standard.Trim('\'')}'";
    }

    [GeneratedRegex(@"^ +(\w+): (.+)$", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Interpolation();
}
