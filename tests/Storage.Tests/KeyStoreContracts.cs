using Postern.Storage;

namespace Postern.Tests;

public class KeyStoreOverEmbedded(Embedded service) : KeyStoreContracts(service), IClassFixture<Embedded>;

public class KeyStoreOverAzurite(Emulated service) : KeyStoreContracts(service), IClassFixture<Emulated>;

/// <summary>Of two instances that change a signing key at once, the one that had not seen the other's change does nothing.</summary>
public abstract class KeyStoreContracts(ITableServiceFixture service)
{
    private readonly KeyStore keys = new(Connect.To(service));

    [Fact]
    public async Task A_key_comes_back_as_it_was_made_and_its_name_is_taken()
    {
        var key = SomeKey();
        Assert.True(await keys.TryInsertAsync(key, default));
        Assert.False(await keys.TryInsertAsync(key with { Sealed = Some.Bytes() }, default));

        Assert.Equivalent(key, await ReadAsync(key.KeyType) is { } read ? read with { ETag = "" } : null, strict: true);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_meanwhile_is_not_replaced()
    {
        var stale = await InsertedAsync();
        Assert.True(await keys.TryReplaceAsync(stale with { WithdrawnAt = Some.Now }, default));

        Assert.False(await keys.TryReplaceAsync(stale with { Sealed = Some.Bytes() }, default));

        var kept = (await ReadAsync(stale.KeyType))!;
        Assert.Equal(Some.Now, kept.WithdrawnAt);
        Assert.Equal(stale.Sealed, kept.Sealed);
    }

    [Fact]
    public async Task A_key_that_was_changed_meanwhile_is_not_deleted()
    {
        var stale = await InsertedAsync();
        Assert.True(await keys.TryReplaceAsync(stale with { WrappingKey = "w/2" }, default));

        Assert.False(await keys.TryDeleteAsync(stale, default));

        var kept = (await ReadAsync(stale.KeyType))!;
        Assert.Equal("w/2", kept.WrappingKey);
        Assert.True(await keys.TryDeleteAsync(kept, default));
        Assert.Null(await ReadAsync(stale.KeyType));
    }

    [Fact]
    public async Task A_key_that_is_gone_is_neither_replaced_nor_deleted_again()
    {
        var gone = await InsertedAsync();
        Assert.True(await keys.TryDeleteAsync(gone, default));

        Assert.False(await keys.TryReplaceAsync(gone, default));
        Assert.False(await keys.TryDeleteAsync(gone, default));
        Assert.Null(await ReadAsync(gone.KeyType));
    }

    private async Task<KeyRow> InsertedAsync()
    {
        var key = SomeKey();
        Assert.True(await keys.TryInsertAsync(key, default));
        return (await ReadAsync(key.KeyType))!;
    }

    private async Task<KeyRow?> ReadAsync(string keyType) => (await keys.ListAsync(default)).SingleOrDefault(key => key.KeyType == keyType);

    // All keys share one partition, so each test has a type of its own.
    private static KeyRow SomeKey() =>
        new()
        {
            KeyType = Some.Text(),
            Generation = 1,
            CreatedAt = Some.Now.AddTicks(1),
            PublicKey = Some.Bytes(),
            WrappingKey = "w/1",
            Sealed = Some.Bytes(2000),
        };
}
