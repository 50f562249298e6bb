using System.Collections.Concurrent;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>Finds others' public keys, wherever they say these are.</summary>
internal sealed class KeyFinder(Outbound outbound, TimeProvider clock, ILogger logger)
{
    // Of registered clients and issuers, so there are few; those of removed ones go with the rest.
    private const int MaxSources = 1000;
    private const int MaxMetadata = 64 * 1024;
    private const int MaxDepth = 16;

    private readonly ConcurrentDictionary<(string Address, bool IsIssuer), PublishedKeys> sources = new();

    /// <summary>Asks <paramref name="verify"/> of the keys that are known and, where those do not do, of what is published now.</summary>
    /// <returns>Null: no key does, or there is none.</returns>
    public async Task<T?> FirstAsync<T>(KeySource source, Func<JwkSet, T?> verify, CancellationToken cancellation)
        where T : class
    {
        if (source.Jwks is { } here)
            return verify(here);
        var published = Of(source);
        if (await published.FindAsync(cancellation) is not { } known)
            return null;
        return verify(known) ?? (await published.FindNewerAsync(known, cancellation) is { } newer ? verify(newer) : null);
    }

    private PublishedKeys Of(KeySource source)
    {
        if (sources.Count >= MaxSources)
            sources.Clear();
        return source.JwksUri is { } uri
            ? sources.GetOrAdd((uri, false), _ => new PublishedKeys(() => FetchAsync(new Uri(uri)), clock))
            : sources.GetOrAdd((source.Issuer!, true), _ => new PublishedKeys(() => DiscoverAsync(source.Issuer!), clock));
    }

    private async Task<JwkSet?> FetchAsync(Uri uri)
    {
        if (await outbound.GetAsync(uri, JwkSet.MaxLength, CancellationToken.None) is not { } body)
            return null;
        if (JwkSet.TryParse(body, out var problem) is { } keys)
            return keys;
        logger.NoKeys(Shown.Uri(uri.ToString()), problem!);
        return null;
    }

    // OpenID Connect Discovery §4: the well-known path behind the issuer's, and the issuer as it was asked for.
    private async Task<JwkSet?> DiscoverAsync(string issuer)
    {
        var metadata = new Uri($"{issuer.TrimEnd('/')}/{Paths.OpenIdConfiguration}");
        if (await outbound.GetAsync(metadata, MaxMetadata, CancellationToken.None) is not { } body)
            return null;
        if (Strict.JsonObjectOrNull(body, MaxDepth) is { } read
            && Text(read, "issuer") == issuer
            && Uri.TryCreate(Text(read, "jwks_uri"), UriKind.Absolute, out var uri))
            return await FetchAsync(uri);
        logger.NoKeys(Shown.Uri(metadata.ToString()), "is no metadata of that issuer with a jwks_uri");
        return null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

internal static partial class KeyFinderLog
{
    [LoggerMessage(11, LogLevel.Warning, "{Uri} {Problem}")]
    public static partial void NoKeys(this ILogger logger, string uri, string problem);
}
