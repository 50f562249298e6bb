using System.Security.Cryptography;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>Who can write to the table, and no more, can neither publish a key nor keep the server from signing.</summary>
public class ForeignKeyTests
{
    public static TheoryData<string, Func<KeyRow, KeyRow, KeyRow>> Forgeries =>
        new()
        {
            { "a foreign public key beside a copied private half", (mine, theirs) => mine with { PublicKey = theirs.PublicKey } },
            { "a row of another server", (_, theirs) => theirs },
            { "no private half", (mine, theirs) => mine with { PublicKey = theirs.PublicKey, Sealed = [] } },
            { "a key that was wrapped by another of the vault", (mine, theirs) => theirs with { WrappingKey = Elsewhere(mine) } },
            { "a wrapping key that is none", (_, theirs) => theirs with { WrappingKey = "../secrets/x" } },
            { "a version that the vault does not have", (_, theirs) => theirs with { WrappingKey = $"{World.WrappingKey}/{new string('0', 32)}" } },
        };

    [Theory, MemberData(nameof(Forgeries))]
    public async Task A_forged_row_is_not_published_and_does_not_sign_and_is_reported(string what, Func<KeyRow, KeyRow, KeyRow> forge)
    {
        Assert.NotEmpty(what);
        await using var world = await World.StartAsync();
        await using var stranger = await World.StartAsync();
        var published = await world.InWrappedMode().Signer.PublishedAsync();
        await stranger.InWrappedMode().Signer.PublishedAsync();
        var mine = (await world.RowsAsync()).First(row => row.KeyType == Jwk.EllipticCurve);
        var theirs = (await stranger.RowsAsync()).First(row => row.KeyType == Jwk.EllipticCurve);
        // Older, and of a later generation: as if it had been about to sign for long.
        var forged = forge(mine, theirs) with { Generation = 7, CreatedAt = mine.CreatedAt.AddDays(-30) };
        Assert.True(await world.Rows.TryInsertAsync(forged, World.Cancellation));

        var (signer, keys) = world.InWrappedMode();
        var reports = new List<string>();
        keys.Failed = exception => reports.Add(exception.Message);

        Assert.Equal(published, await signer.PublishedAsync());
        Assert.True(await signer.VerifiesAsync(await signer.SignAsync(SigningAlgorithms.ES256)));
        Assert.Contains("EC-000007 of the table 'keys' does not open", Assert.Single(reports), StringComparison.Ordinal);
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.Contains("EC-000008", (await world.RowsAsync()).Select(row => row.Name));
        Assert.DoesNotContain(KeyIdOf(forged), await signer.PublishedAsync());
    }

    [Fact]
    public async Task A_row_whose_private_half_is_another_keys_does_not_count_though_it_opens()
    {
        await using var world = await World.StartAsync();
        var published = await world.InWrappedMode().Signer.PublishedAsync();
        var mine = (await world.RowsAsync()).First(row => row.KeyType == Jwk.EllipticCurve);
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var announced = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = mine with { Generation = 2, PublicKey = announced.ExportSubjectPublicKeyInfo() };
        var context = Seal.Context(forged.Name, forged.WrappingKey, forged.PublicKey);
        using var wrapping = (await new WrappingKey(world.Client(), World.WrappingKey, world.Clock).NewestAsync(World.Cancellation)).PublicKey;
        forged = forged with { Sealed = Seal.Close(wrapping, signing.ExportPkcs8PrivateKey(), context) };
        Assert.True(await world.Rows.TryInsertAsync(forged, World.Cancellation));

        Assert.Equal(published, await world.InWrappedMode().Signer.PublishedAsync());
    }

    [Fact]
    public async Task A_public_key_that_is_swapped_under_a_running_instance_is_not_published()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InWrappedMode();
        await signer.SignAsync(SigningAlgorithms.ES256);
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var mine = (await world.RowsAsync()).First(row => row.KeyType == Jwk.EllipticCurve);
        var forged = mine with { PublicKey = foreign.ExportSubjectPublicKeyInfo() };
        Assert.True(await world.Rows.TryReplaceAsync(forged, World.Cancellation));
        world.LetListsExpire();
        Assert.DoesNotContain(KeyIdOf(forged), await signer.PublishedAsync());
        Assert.True(await signer.VerifiesAsync(await signer.SignAsync(SigningAlgorithms.ES256)));
    }

    private static string Elsewhere(KeyRow row) => row.WrappingKey.Replace(World.WrappingKey, World.Names.Rsa, StringComparison.Ordinal);

    private static string KeyIdOf(KeyRow row) => PrivateKey.ReadPublicKey(row.KeyType, row.PublicKey)!.KeyId;
}
