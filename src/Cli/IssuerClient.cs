using System.Net;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>What a key in the issuer's JWK Set says of itself (RFC 7517 §4).</summary>
internal sealed record PublishedKey(string? KeyId, string? KeyType, string? Algorithm, string? Use);

/// <summary>Asks the server what it tells everybody. It follows no redirect: an issuer is where it says it is.</summary>
internal sealed class IssuerClient(string issuer) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(15),
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    /// <summary>The <c>issuer</c> of its metadata (OpenID Connect Discovery §4.2).</summary>
    public async Task<string?> IssuerAsync(CancellationToken cancellation) => Text(await GetAsync(Paths.OpenIdConfiguration, cancellation), "issuer");

    public async Task<IReadOnlyList<PublishedKey>> KeysAsync(CancellationToken cancellation)
    {
        var answer = await GetAsync(Paths.Jwks, cancellation);
        if (!answer.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
            throw new HttpRequestException($"{issuer}/{Paths.Jwks} is not a JWK Set");
        return [.. keys.EnumerateArray().Where(key => key.ValueKind == JsonValueKind.Object).Select(ToKey)];
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(new Uri($"{issuer}/{Paths.HealthReady}"), cancellation);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(new Uri($"{issuer}/{path}"), cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"{issuer}/{path} answered {(int)answer.StatusCode}");
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        return Strict.JsonObjectOrNull(body, 8) ?? throw new HttpRequestException($"{issuer}/{path} did not answer with a JSON object");
    }

    private static PublishedKey ToKey(JsonElement key) => new(Text(key, "kid"), Text(key, "kty"), Text(key, "alg"), Text(key, "use"));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
