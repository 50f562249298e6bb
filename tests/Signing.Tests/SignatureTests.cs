using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>What holds in both modes.</summary>
public class SignatureTests
{
    public static TheoryData<string, string> ModesAndAlgorithms =>
        [.. from mode in new[] { "vault", "wrapped" } from algorithm in SigningAlgorithms.All select (mode, algorithm)];

    [Theory, MemberData(nameof(ModesAndAlgorithms)), Rfc(7515, "5.2"), Rfc(7518, "3.1")]
    public async Task A_token_is_accepted_by_an_independent_verifier(string mode, string algorithm)
    {
        await using var world = await World.StartAsync();
        var signer = SignerOf(world, mode);

        var token = await signer.SignAsync(algorithm);

        Assert.True(ResourceServer.Accepts(token, await signer.PublishedKeysAsync(World.Cancellation), algorithm));
        Assert.Equal((algorithm, Jws.AccessTokenType), (ResourceServer.Read(token).Alg, ResourceServer.Read(token).Typ));
    }

    [Theory, MemberData(nameof(ModesAndAlgorithms)), Rfc(8725, "3.1")]
    public async Task The_verifier_refuses_it_under_another_algorithm_or_another_key(string mode, string algorithm)
    {
        await using var world = await World.StartAsync();
        await using var stranger = await World.StartAsync();
        var signer = SignerOf(world, mode);
        var token = await signer.SignAsync(algorithm);

        var other = SigningAlgorithms.All.First(candidate => candidate != algorithm);
        Assert.False(ResourceServer.Accepts(token, await signer.PublishedKeysAsync(World.Cancellation), other));
        Assert.False(ResourceServer.Accepts(token, await SignerOf(stranger, mode).PublishedKeysAsync(World.Cancellation), algorithm));
    }

    [Theory, MemberData(nameof(ModesAndAlgorithms)), Rfc(7515, "5.2")]
    public async Task A_token_altered_in_any_character_is_refused(string mode, string algorithm)
    {
        await using var world = await World.StartAsync();
        var signer = SignerOf(world, mode);
        var token = await signer.SignAsync(algorithm);
        var keys = await signer.PublishedKeysAsync(World.Cancellation);
        Assert.NotNull(Jws.Verify(token, Jws.AccessTokenType, keys));

        for (var at = 0; at < token.Length; at++)
            foreach (var replacement in Replacements(token[at]))
            {
                var altered = $"{token[..at]}{replacement}{token[(at + 1)..]}";
                Assert.True(Jws.Verify(altered, Jws.AccessTokenType, keys) is null, $"{replacement} for {token[at]} at {at} of {token.Length}");
            }
    }

    [Theory, InlineData("vault"), InlineData("wrapped")]
    public async Task The_published_keys_carry_no_private_member_and_no_id_twice(string mode)
    {
        await using var world = await World.StartAsync();

        var keys = await SignerOf(world, mode).PublishedKeysAsync(World.Cancellation);

        using var json = System.Text.Json.JsonDocument.Parse(ResourceServer.JwkSet(keys));
        var published = json.RootElement.GetProperty("keys").EnumerateArray();
        var members = published.SelectMany(key => key.EnumerateObject().Select(member => member.Name)).ToHashSet();
        Assert.Equal(["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"], members.Order(StringComparer.Ordinal));
        Assert.Equal(keys.Count, keys.Select(key => key.KeyId).Distinct().Count());
    }

    [Theory, InlineData("vault"), InlineData("wrapped")]
    public async Task An_algorithm_that_is_not_ours_is_refused_before_any_key_is_touched(string mode)
    {
        await using var world = await World.StartAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SignerOf(world, mode).SignAsync("none"));

        Assert.Equal(0, world.Vault.Calls.Total);
    }

    // Its neighbours in base64url, which differ in the lowest bits: in the last character of a part they may carry nothing.
    private static IEnumerable<char> Replacements(char original)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var index = alphabet.IndexOf(original, StringComparison.Ordinal);
        return index < 0 ? ['A', '='] : [alphabet[index ^ 1], alphabet[index ^ 2], alphabet[index ^ 32], '.', '='];
    }

    private static ISigner SignerOf(World world, string mode) => mode == "vault" ? world.InVaultMode().Signer : world.InWrappedMode().Signer;
}
