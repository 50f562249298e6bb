using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Registered resource servers, remembered for a while by whoever reads them often.</summary>
public sealed class ResourceStore
{
    private const string Resources = "resources";
    private const string ResourceKey = "resource";

    private readonly Tables tables;
    private readonly Remembered<Resource> remembered;

    /// <param name="tables">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cacheFor">How long a resource, or that there is none, is remembered.</param>
    public ResourceStore(Tables tables, TimeProvider time, TimeSpan cacheFor)
    {
        this.tables = tables;
        remembered = new Remembered<Resource>(time, cacheFor, async one => (await ReadAsync(one, CancellationToken.None))?.Value);
    }

    /// <summary>As it is remembered.</summary>
    public Task<Resource?> FindAsync(string identifier, CancellationToken cancellation) =>
        Resource.IsIdentifier(identifier) ? remembered.FindAsync(identifier, cancellation) : Task.FromResult<Resource?>(null);

    /// <summary>The row as it is now, to be changed.</summary>
    public async Task<Stored<Resource>?> ReadAsync(string identifier, CancellationToken cancellation) =>
        await tables.FindAsync(Resources, Partition(identifier), ResourceKey, cancellation) is { } row
            ? new Stored<Resource>(FromRow(row), row.ETag)
            : null;

    /// <summary>All of them, for operators; it reads the whole table.</summary>
    public async IAsyncEnumerable<Resource> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in tables.QueryAsync(Resources, null, cancellation))
            yield return FromRow(row);
    }

    /// <summary>False: there is one of this identifier.</summary>
    public Task<bool> TryAddAsync(Resource resource, CancellationToken cancellation) =>
        remembered.ForgettingAsync(resource.Identifier, tables.TryInsertAsync(Resources, ToRow(resource), cancellation));

    public Task<bool> TryReplaceAsync(Stored<Resource> read, Resource next, CancellationToken cancellation) =>
        remembered.ForgettingAsync(next.Identifier, tables.TryReplaceAsync(Resources, ToRow(next), read.ETag, cancellation));

    /// <summary>False: there was none.</summary>
    public Task<bool> TryRemoveAsync(string identifier, CancellationToken cancellation) =>
        remembered.ForgettingAsync(identifier, tables.TryDeleteAsync(Resources, Partition(identifier), ResourceKey, cancellation));

    private static Row ToRow(Resource resource) =>
        new Row(Partition(resource.Identifier), ResourceKey)
            .Set("Identifier", resource.Identifier)
            .Set("Name", resource.Name)
            .Set("Scopes", resource.Scopes.Select(scope => $"{scope.Key} {scope.Value}"))
            .Set("AccessTokenLifetime", resource.AccessTokenLifetime)
            .Set("SigningAlgorithm", resource.SigningAlgorithm)
            .Set("CreatedAt", resource.CreatedAt);

    private static Resource FromRow(Row row) =>
        new()
        {
            Identifier = row.RequiredText("Identifier"),
            Name = row.RequiredText("Name"),
            Scopes = row.RequiredLines("Scopes").Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[0], parts => parts[1]),
            AccessTokenLifetime = row.Duration("AccessTokenLifetime"),
            SigningAlgorithm = row.Text("SigningAlgorithm"),
            CreatedAt = row.RequiredInstant("CreatedAt"),
        };

    // An identifier has slashes, and a key none.
    private static string Partition(string identifier) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identifier)));
}
