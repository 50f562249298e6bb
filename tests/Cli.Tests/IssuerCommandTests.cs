using Postern.Cli;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Keys of clients, and issuers that others are known by.</summary>
public class IssuerCommandTests(Operator someone) : IClassFixture<Operator>
{
    private const string GitHub = "https://token.actions.githubusercontent.com";

    [Fact]
    public async Task An_issuer_is_added_shown_changed_listed_and_removed()
    {
        var added = await someone.RunAsync("issuer", "add", "https://sts.windows.net/t/", "--audience", "api://postern", "--reusable", "--json");
        Assert.Equal((ExitCodes.Ok, false), (added.Code, added.Json().GetProperty("single_use").GetBoolean()));
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("issuer", "add", "https://sts.windows.net/t/")).Code);
        var changed = await someone.RunAsync("issuer", "set", "https://sts.windows.net/t/", "--subject-claim", "oid", "--alg", "RS256", "--json");
        Assert.Equal(("oid", "api://postern"), (changed.Text("subject_claim"), changed.Text("audience")));
        Assert.Contains("sts.windows.net", (await someone.RunAsync("issuer", "list")).Out);
        Assert.Contains("from its metadata", (await someone.RunAsync("issuer", "show", "https://sts.windows.net/t/")).Out);
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("issuer", "remove", "https://sts.windows.net/t/", "--yes")).Code);
        foreach (var command in new[] { "show", "remove" })
            Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("issuer", command, "https://sts.windows.net/t/")).Code);
    }

    [Theory]
    [InlineData("must be https", "http://idp.example.com")]
    [InlineData("URL of the keys", "https://idp.example.com", "--jwks-uri", "https://192.168.0.1/jwks")]
    [InlineData("cannot be read", "https://idp.example.com", "--jwks", "/no/such/file")]
    public async Task An_issuer_that_could_not_be_asked_is_refused_early(string sentence, params string[] args)
    {
        var refused = await someone.RunAsync(["issuer", "add", .. args]);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains(sentence, refused.Error);
    }

    [Fact]
    public async Task A_client_with_keys_gets_no_secret_and_may_have_both_where_that_is_said()
    {
        var file = await FileAsync(KeyPair.Jwks(KeyPair.Ec));
        var added = await someone.RunAsync("client", "add", "keyed", "--machine", "--scope", "orders", "--jwks", file, "--json");
        Assert.True(added.Code == ExitCodes.Ok, added.Error);
        Assert.False(added.Json().TryGetProperty("client_secret", out _));
        Assert.Equal("EC the-kid", added.Json().GetProperty("jwks")[0].GetString());
        Assert.Equal([ClientAuthenticationMethods.PrivateKeyJwt], (await someone.ReadClientAsync("keyed")).TokenEndpointAuthMethods);
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("client", "rotate-secret", "keyed", "--overlap", "1h")).Code);

        string[] both = ["--auth-method", "private_key_jwt", "--auth-method", "client_secret_basic"];
        var widened = await someone.RunAsync(["client", "set", "keyed", .. both, "--jwks-uri", "https://app.example.com/jwks", "--json"]);
        Assert.NotEmpty(widened.Text("client_secret"));
        var client = await someone.ReadClientAsync("keyed");
        Assert.Equal(("https://app.example.com/jwks", true, 1), (client.Keys.Own.JwksUri, client.Keys.Own.Jwks is null, client.Secrets.Count));

        await someone.RunAsync("client", "set", "keyed", "--auth-method", "client_secret_basic");
        Assert.True((await someone.ReadClientAsync("keyed")).Keys.IsNone);
        var early = await someone.RunAsync("client", "set", "keyed", "--jwks", file);
        Assert.Equal(ExitCodes.Refused, early.Code);
        Assert.Contains("--auth-method private_key_jwt", early.Error);
    }

    [Fact]
    public async Task A_private_key_is_refused_before_it_is_sent_anywhere()
    {
        var file = await FileAsync($$"""{"keys":[{{KeyPair.Rsa.Jwk(("d", "c2VjcmV0"))}}]}""");
        var refused = await someone.RunAsync("client", "add", "leaky", "--machine", "--scope", "orders", "--jwks", file);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains("is private", refused.Error);
        Assert.DoesNotContain("c2VjcmV0", someone.Sent);
    }

    [Fact]
    public async Task A_workload_is_a_clients_credential()
    {
        string[] workload = ["--federated-issuer", GitHub, "--federated-subject", "repo:octo/app:ref:refs/heads/main"];
        var added = await someone.RunAsync(["client", "add", "deployer", "--machine", "--scope", "deploy", .. workload, "--json"]);
        Assert.True(added.Code == ExitCodes.Ok, added.Error);
        Assert.Equal([new FederatedCredential(GitHub, workload[3], null)], (await someone.ReadClientAsync("deployer")).Keys.Federated);
        var odd = await someone.RunAsync(["client", "set", "deployer", .. workload, "--federated-subject", "another"]);
        Assert.Equal(ExitCodes.Refused, odd.Code);
        Assert.Contains("in pairs", odd.Error);
    }

    [Fact]
    public async Task Whom_a_client_trusts_is_added_one_by_one_and_taken_back()
    {
        await someone.RunAsync("client", "add", "ci", "--public", "--grant-type", GrantTypes.JwtBearer, "--scope", "deploy");
        string[] trust = ["client", "trust", "ci", "--from", GitHub, "--scope", "deploy"];
        var trusted = await someone.RunAsync([.. trust, "--claim", "repository=octo/app", "--claim", "ref=refs/heads/main"]);
        Assert.True(trusted.Code == ExitCodes.Ok, trusted.Error);
        Assert.Contains("Nothing comes of it yet", trusted.Error);
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync([.. trust, "--subject", "repo:octo/other"])).Code);
        Assert.Equal(2, (await someone.ReadClientAsync("ci")).TrustedSubjects.Count);
        Assert.Contains("repository=octo/app ref=refs/heads/main of", (await someone.RunAsync("client", "show", "ci")).Out);
        foreach (var wrong in new[] { [.. trust, "--claim", "repository"], trust })
            Assert.Equal(ExitCodes.Refused, (await someone.RunAsync(wrong)).Code);
        await someone.RunAsync("client", "distrust", "ci", "--from", GitHub, "--subject", "repo:octo/other");
        Assert.Null(Assert.Single((await someone.ReadClientAsync("ci")).TrustedSubjects).Subject);
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("client", "distrust", "ci", "--from", GitHub)).Code);
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("client", "distrust", "ci", "--from", GitHub)).Code);
    }

    private static async Task<string> FileAsync(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("postern-").FullName, "jwks.json");
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
