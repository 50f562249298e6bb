using System.Text.Json;
using Postern.Protocol;
using Postern.Server;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>What the code calls things in Azure is what the template calls them.</summary>
public class AzureConsistencyTests
{
    private const string RoleName = @"\b(Storage (?:Blob|Table|Queue) Data [A-Z]\w+|Key Vault Crypto(?: [A-Z]\w+)+|Monitoring Metrics Publisher)";

    private static IReadOnlyList<string> Roles { get; } =
        [
            .. from role in JsonDocument.Parse(Documents.Read("bicep/roles.json")).RootElement.EnumerateObject()
               orderby role.Name
               select role.Name,
        ];

    [Fact]
    public void Every_role_that_the_template_knows_is_assigned_and_no_other() =>
        Assert.Equal(Roles, Documents.All(Documents.Bicep, @"roleDefinitionId: .*roles\['([^']+)'\]").Distinct().Order());

    [Fact]
    public void Every_role_that_a_refusal_of_the_vault_advises_is_one_of_them()
    {
        var constants = typeof(ServerKeys).Assembly.GetType("Postern.Signing.KeyVaultErrors")!.GetFields().Where(field => field.IsLiteral);
        var advised = constants.Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.Equal(3, advised.Count);
        Assert.Subset(Roles.ToHashSet(), advised.ToHashSet());
    }

    [Fact]
    public void Every_role_that_is_named_in_code_help_scripts_and_readme_is_one_of_them()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "infra")))
            .Append(Path.Combine(Checkout.Folder, "README.md"));
        var named = sources.SelectMany(path => Documents.All(File.ReadAllText(path), RoleName)).ToHashSet();
        Assert.Contains("Storage Table Data Contributor", named);
        Assert.Subset(Roles.ToHashSet(), named);
    }

    [Fact]
    public void The_alert_about_reuse_recognizes_the_line_that_the_server_logs_and_finds_the_grant_in_it()
    {
        using var log = new LogLines();
        var grant = RowId.For(DateTimeOffset.UnixEpoch.AddYears(60), new byte[16]);
        log.CreateLogger("server").Revoked(grant, "web", "a replaced refresh token was used again");
        var line = Assert.Single(log.Lines);
        Assert.Matches(Assert.Single(Documents.All(Documents.Bicep, "matches regex @\"([^\"]+)\"")), line);
        var extraction = Assert.Single(Documents.All(Documents.Bicep, "extract\\(@\"([^\"]+)\""));
        Assert.Equal(grant.ToString(), Assert.Single(Documents.All(line, extraction)));
    }
}
