using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>
/// Rotation while everybody is busy: instances that sign at any time, and verifiers that believe their copy of the JWK Set
/// for as long as they were told and never ask again because of an unknown key.
/// </summary>
public class RotationTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    [Theory, InlineData("vault"), InlineData("wrapped")]
    public async Task No_verification_fails_while_keys_rotate_under_load(string mode)
    {
        await using var world = await World.StartAsync();
        var instances = Enumerable.Range(0, 2).Select(_ => Instance(world, mode)).ToList();
        // Until the first keys have been around for a lead, verifiers may have to ask again.
        await instances[0].Signer.PublishedAsync();
        world.LetNextKeySign();
        var verifiers = Enumerable.Range(0, 4).Select(_ => new Verifier()).ToList();
        var alive = new Queue<(string Token, DateTimeOffset ExpiresAt)>();
        var signedBy = new HashSet<string>();

        for (var step = 0; step < 3 * 288; step++)
        {
            if (step is 5 or 300)
                await instances[step % 2].Keys.RotateAsync(World.Cancellation);
            if (step % 72 == 0)
                await instances[1].Keys.RotateIfDueAsync(World.Cancellation);
            var twice = instances.Concat(instances);
            var tokens = await Task.WhenAll(twice.Select(instance => Task.Run(() => instance.Signer.SignAsync(SigningAlgorithms.ES256))));
            foreach (var token in tokens)
                alive.Enqueue((token, world.Clock.Now + World.Schedule.LongestToken));
            signedBy.UnionWith(tokens.Select(Signing.KeyId));

            // Each verifier renews its copy in another step, from whichever instance answers.
            foreach (var (verifier, index) in verifiers.Select((verifier, index) => (verifier, index)))
                await verifier.RenewAsync(instances[(step + index) % 2].Signer, world.Clock.Now);
            while (alive.TryPeek(out var oldest) && oldest.ExpiresAt <= world.Clock.Now)
                alive.Dequeue();
            // The freshest and the oldest token: everything in between was the freshest once.
            string[] sample = [tokens[0], tokens[^1], alive.Peek().Token];
            foreach (var verifier in verifiers)
                Assert.True(sample.All(verifier.Accepts), $"step {step}, {mode}");
            world.Clock.Advance(Step);
        }

        Assert.Equal(3, signedBy.Count);
        Assert.Equal(mode == "vault" ? 3 * 288 * 4 : 0, world.Vault.Calls["sign"]);
    }

    private static (ISigner Signer, ISigningKeys Keys) Instance(World world, string mode)
    {
        if (mode == "vault")
            return world.InVaultMode();
        return world.InWrappedMode();
    }

    private sealed class Verifier
    {
        private IReadOnlyList<Jwk> keys = [];
        private DateTimeOffset renewAt;

        public async Task RenewAsync(ISigner signer, DateTimeOffset now)
        {
            if (now < renewAt)
                return;
            keys = await signer.PublishedKeysAsync(World.Cancellation);
            renewAt = now + World.Schedule.JwksLifetime;
        }

        public bool Accepts(string token) => Jws.Verify(token, Jws.AccessTokenType, keys) is not null;
    }
}
