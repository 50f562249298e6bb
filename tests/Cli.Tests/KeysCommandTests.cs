using System.Text.Json;
using Postern.Cli;

namespace Postern.Tests;

/// <summary>Keys in both modes, over a vault and tables in this process.</summary>
public sealed class KeysCommandTests : IAsyncLifetime
{
    private readonly Clinic clinic = new();

    public static TheoryData<string> Modes => new("vault", "wrapped");

    public ValueTask InitializeAsync() => clinic.InitializeAsync();

    public ValueTask DisposeAsync() => clinic.DisposeAsync();

    [Theory, MemberData(nameof(Modes))]
    public async Task The_next_key_is_listed_with_the_hour_from_which_it_signs(string mode)
    {
        await BeginAsync(mode);
        Assert.Equal("signing signing", string.Join(' ', (await ListAsync(mode)).Select(key => key.State)));
        clinic.Someone.Clock.Advance(TimeSpan.FromDays(2));
        var rotated = await RunAsync(mode, "rotate");
        Assert.Equal((ExitCodes.Ok, "next next"), (rotated.Code, string.Join(' ', Keys(rotated).Select(key => key.State))));
        var from = Fact.Instant(clinic.Someone.Clock.Now + TimeSpan.FromDays(1) + TimeSpan.FromMinutes(5));
        Assert.Contains($"from {from} on", rotated.Error, StringComparison.Ordinal);
        var keys = await ListAsync(mode);
        Assert.Equal(["signing", "next", "signing", "next"], keys.Select(key => key.State));
        Assert.All(keys.Where(key => key.State == "next"), key => Assert.Equal((from, null), (key.From, key.Until)));
        Assert.All(keys.Where(key => key.State == "signing"), key => Assert.NotNull(key.Until));
        Assert.All(keys, key => Assert.StartsWith(mode == "vault" ? "postern-" : key.Type + "-00000", key.Location, StringComparison.Ordinal));
        var table = await clinic.RunAsync(("POSTERN_SIGNING", "vault"), "keys", "list", "--signing", mode);
        Assert.StartsWith("kid ", table.Out, StringComparison.Ordinal);
        Assert.All(keys, key => Assert.Contains(key.Id, table.Out, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Modes))]
    public async Task A_second_rotation_before_the_first_has_come_to_sign_is_asked_for(string mode)
    {
        await BeginAsync(mode);
        await RunAsync(mode, "rotate");
        var again = await RunAsync(mode, "rotate");
        Assert.Equal((ExitCodes.Refused, ""), (again.Code, again.Out));
        Assert.Contains("already", again.Error, StringComparison.Ordinal);
        Assert.Equal(4, (await ListAsync(mode)).Count);
        Assert.Equal(ExitCodes.Ok, (await RunAsync(mode, "rotate", "--yes")).Code);
        Assert.Equal(6, (await ListAsync(mode)).Count);
    }

    [Theory, MemberData(nameof(Modes))]
    public async Task A_retired_key_is_withdrawn_and_another_signs_at_once(string mode)
    {
        await BeginAsync(mode);
        var leaked = (await ListAsync(mode))[0];
        Assert.Equal(ExitCodes.Refused, (await RunAsync(mode, "retire", leaked.Id)).Code);
        Assert.Equal("signing", (await ListAsync(mode))[0].State);

        var retired = await RunAsync(mode, "retire", leaked.Id, "--yes");

        Assert.Equal(ExitCodes.Ok, retired.Code);
        Assert.Contains("within 5m", retired.Error, StringComparison.Ordinal);
        Assert.Contains("15m more", retired.Error, StringComparison.Ordinal);
        Assert.Equal(["signing", "withdrawn"], Keys(retired).Select(key => key.State).Order());
        Assert.Null(Assert.Single(await ListAsync(mode), key => key.Id == leaked.Id).Until);
    }

    [Theory, MemberData(nameof(Modes))]
    public async Task A_key_that_nobody_knows_is_refused(string mode)
    {
        await BeginAsync(mode);
        var refused = await RunAsync(mode, "retire", "-hLXh8uDCcd", "--yes");
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
        Assert.Contains("no key '-hLXh8uDCcd'", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault", "rotate", "Key Vault Crypto Officer")]
    [InlineData("vault", "versions", "Key Vault Crypto User")]
    [InlineData("wrapped", "get", "Key Vault Crypto Service Encryption User")]
    public async Task A_missing_role_is_named_with_the_command_that_grants_it(string mode, string operation, string role)
    {
        clinic.Vault.Fail(operation, 403, inner: "ForbiddenByRbac");
        var refused = await RunAsync(mode, "rotate");
        Assert.Equal((ExitCodes.Unavailable, ""), (refused.Code, refused.Out));
        var command = $"az role assignment create --assignee <user name, or object id of the identity> --role \"{role}\"";
        Assert.Contains(command, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vault_that_cannot_be_reached_ends_with_3_and_what_to_check()
    {
        clinic.Vault.Unreachable = true;
        var failed = await RunAsync("vault", "list");
        Assert.Equal((ExitCodes.Unavailable, ""), (failed.Code, failed.Out));
        Assert.Contains("POSTERN_KEY_VAULT", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_vault_the_keys_are_listed_as_verifiers_see_them()
    {
        var listed = await clinic.Someone.RunAsync("keys", "list", "--issuer", clinic.Issuer.Address, "--json");
        Assert.Contains("--key-vault", listed.Error, StringComparison.Ordinal);
        var keys = listed.Json().EnumerateArray().ToArray();
        Assert.Equal(clinic.Issuer.Keys.Select(key => (key.KeyId, "sig")), keys.Select(key => (Text(key, "kid")!, Text(key, "use")!)));
        Assert.Equal(["RS256", "PS256"], keys[0].GetProperty("alg").EnumerateArray().Select(algorithm => algorithm.GetString()));
    }

    [Fact]
    public async Task Nothing_that_is_printed_holds_a_private_key()
    {
        await BeginAsync("wrapped");
        var rows = await new Postern.Storage.KeyStore(clinic.Someone.Tables).ListAsync(TestContext.Current.CancellationToken);
        var printed = (await RunAsync("wrapped", "list")).Out;
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain(Convert.ToBase64String(row.Sealed)[..40], printed, StringComparison.Ordinal));
    }

    // The vault has its keys from the start; wrapped ones are made.
    private async Task BeginAsync(string mode)
    {
        if (mode == "vault")
            return;
        Assert.Empty(await ListAsync(mode));
        Assert.Equal(["signing", "signing"], Keys(await RunAsync(mode, "rotate")).Select(key => key.State));
    }

    private async Task<IReadOnlyList<Key>> ListAsync(string mode)
    {
        var listed = await RunAsync(mode, "list");
        Assert.Equal("", listed.Code == 0 ? "" : listed.Error);
        return Keys(listed);
    }

    private Task<Outcome> RunAsync(string mode, string command, params string[] args) =>
        clinic.RunAsync(("POSTERN_SIGNING", mode), ["keys", command, .. args, "--json"]);

    private static IReadOnlyList<Key> Keys(Outcome outcome) => [.. outcome.Json().EnumerateArray().Select(ToKey)];

    private static Key ToKey(JsonElement key) =>
        new(
            Text(key, "kid")!,
            Text(key, "kty")!,
            Text(key, "state")!,
            Text(key, "signs_from"),
            Text(key, "published_until"),
            Text(key, "location")!
        );

    private static string? Text(JsonElement key, string name) => key.GetProperty(name).GetString();

    private sealed record Key(string Id, string Type, string State, string? From, string? Until, string Location);
}
