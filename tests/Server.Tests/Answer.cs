using System.Net;
using System.Text.Json;

namespace Postern.Tests;

/// <summary>A response that has been read: status, headers, and the body as JSON where it is JSON.</summary>
public sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string[]> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The <c>error</c> of an OAuth refusal.</summary>
    public string? Error => Text("error");

    public string AccessToken => Text("access_token") ?? throw new InvalidOperationException(Body);

    public string RefreshToken => Text("refresh_token") ?? throw new InvalidOperationException(Body);

    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(", ", values) : null;

    public string? Text(string member) =>
        Body.StartsWith('{') && Json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}
