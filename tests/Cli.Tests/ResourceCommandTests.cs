using Postern.Cli;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

public class ResourceCommandTests(Operator someone) : IClassFixture<Operator>
{
    private static readonly string[] Read = ["--scope", "orders:read=Read your orders"];

    [Fact]
    public async Task A_resource_is_added_shown_changed_listed_and_removed()
    {
        const string id = "https://api.example.com/orders";
        var added = await someone.RunAsync(["resource", "add", id, "--name", "Orders", .. Read, "--access-token-lifetime", "5m", "--alg", "ES256", "--json"]);
        Assert.Equal(("", ExitCodes.Ok), (added.Error, added.Code));
        var stored = (await FindAsync(id))!;
        Assert.Empty(Resource.Problems(stored));
        Assert.Equal(("Orders", "Read your orders", "ES256"), (stored.Name, stored.Scopes["orders:read"], stored.SigningAlgorithm));
        Assert.Equal(added.Out, (await someone.RunAsync("resource", "show", id, "--json")).Out);
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync(["resource", "add", id, .. Read])).Code);

        string[] two = [.. Read, "--scope", "orders:write=Place orders = buy"];
        var changed = await someone.RunAsync(["resource", "set", id, .. two, "--access-token-lifetime", "default", "--alg", "default"]);
        Assert.Equal(ExitCodes.Ok, changed.Code);
        Assert.Contains("POSTERN_CLIENT_CACHE", changed.Error, StringComparison.Ordinal);
        var now = (await FindAsync(id))!;
        Assert.Equal(("Orders", "Place orders = buy", null, null), (now.Name, now.Scopes["orders:write"], now.AccessTokenLifetime, now.SigningAlgorithm));
        Assert.Contains("orders:write=Place orders = buy", (await someone.RunAsync("resource", "list")).Out, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("resource", "remove", id)).Code);
        Assert.NotNull(await FindAsync(id));
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("resource", "remove", id, "--yes")).Code);
        Assert.Null(await FindAsync(id));
    }

    [Theory]
    [InlineData("in words that people read", "urn:a", "--scope", "orders:read")]
    [InlineData("once", "urn:a", "--scope", "a=One", "--scope", "a=Two")]
    [InlineData("absolute URI", "orders", "--scope", "a=One")]
    [InlineData("1 to 64 scopes", "urn:a", "--name", "A")]
    [InlineData("OpenID Connect's", "urn:a", "--scope", "openid=Sign in")]
    [InlineData("must be a duration", "urn:a", "--scope", "a=One", "--access-token-lifetime", "soon")]
    [InlineData("between 30 seconds", "urn:a", "--scope", "a=One", "--access-token-lifetime", "2d")]
    public async Task What_cannot_be_registered_is_refused_with_a_sentence_and_not_stored(string sentence, string id, params string[] args)
    {
        var refused = await someone.RunAsync(["resource", "add", id, .. args]);
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        Assert.Null(await FindAsync(id));
    }

    [Theory]
    [InlineData("show", "urn:nobody")]
    [InlineData("set", "urn:nobody", "--name", "x")]
    [InlineData("remove", "urn:nobody", "--yes")]
    public async Task What_there_is_not_is_said_not_to_be_there(params string[] args)
    {
        var refused = await someone.RunAsync(["resource", .. args]);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains("postern resource list", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Origins_of_a_client_are_set_shown_and_opened_again()
    {
        string[] add = ["client", "add", "origins", "--public", "--redirect-uri", "https://spa.example/"];
        Assert.True((await Added(add)).AllowedOrigins.IsAny);
        var set = await someone.RunAsync("client", "set", "origins", "--allowed-origin", "https://spa.example", "--allowed-origin", "http://localhost:5173", "--json");
        Assert.Equal(2, set.Json().GetProperty("allowed_origins").GetArrayLength());
        Assert.Equal(["https://spa.example", "http://localhost:5173"], (await someone.ReadClientAsync("origins")).AllowedOrigins.Values);
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("client", "set", "origins", "--allowed-origin", "null")).Code);
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("client", "set", "origins", "--allowed-origin", "")).Code);
        Assert.True((await someone.ReadClientAsync("origins")).AllowedOrigins.IsAny);

        async Task<Client> Added(string[] args)
        {
            Assert.Equal(ExitCodes.Ok, (await someone.RunAsync(args)).Code);
            return await someone.ReadClientAsync("origins");
        }
    }

    private async Task<Resource?> FindAsync(string id) =>
        await new ResourceStore(someone.Tables, someone.Clock, TimeSpan.Zero).FindAsync(id, TestContext.Current.CancellationToken);
}
