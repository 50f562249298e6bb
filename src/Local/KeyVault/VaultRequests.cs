using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Postern.Local;

/// <summary>Key Vault's REST interface, as much of it as signing and the operator's commands use.</summary>
internal sealed class VaultRequests(TestVault vault, VaultKeyTable keys, string accessToken, TimeProvider clock)
{
    private const int LargestPage = 25;

    public async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var operation = OperationOf(http.Request.Method, path);
        if (vault.Unreachable)
        {
            http.Abort();
            return;
        }
        vault.Calls.Count(operation);
        await Task.Delay(vault.Latency, http.RequestAborted);
        if (http.Request.Headers.Authorization != $"Bearer {accessToken}")
            await ChallengeAsync(http);
        else if (vault.Faults.Next(operation) is { } fault)
            await RefuseAsync(http, fault);
        else if (!http.Request.Query.ContainsKey("api-version"))
            await RefuseAsync(http, VaultError.BadParameter("api-version must be specified"));
        else
            await AnswerAsync(http, operation, path);
    }

    private static string OperationOf(string method, string[] path) =>
        (method, path) switch
        {
            ("GET", ["keys", _]) or ("GET", ["keys", _, { Length: 32 }]) => "get",
            ("GET", ["keys", _, "versions"]) => "versions",
            ("POST", ["keys", _, "create"]) => "create",
            ("POST", ["keys", _, "rotate"]) => "rotate",
            ("POST", ["keys", _, _, "sign" or "wrapkey" or "unwrapkey"]) => path[3],
            ("PATCH", ["keys", _, _]) => "update",
            ("DELETE", ["keys", _]) => "delete",
            _ => "unknown",
        };

    private async Task AnswerAsync(HttpContext http, string operation, string[] path)
    {
        using var body = await BodyAsync(http.Request);
        var name = path.ElementAtOrDefault(1) ?? "";
        var key = keys.Find(name, path.ElementAtOrDefault(2) is { Length: 32 } version ? version : null);
        if (operation == "create")
            await AnswerAsync(http, Create(name, body));
        else if (operation == "unknown")
            await RefuseAsync(http, new VaultError(404, "NotFound", "There is no such operation."));
        else if (key is null)
            await RefuseAsync(http, VaultError.KeyNotFound(name));
        else if (operation is "sign" or "wrapkey" or "unwrapkey")
            await OperateAsync(http, operation, key, body);
        else if (operation == "versions")
            await AnswerPageAsync(http, name);
        else
            await AnswerAsync(http, Change(operation, name, key, body));
    }

    private VaultKey Create(string name, JsonDocument body) => keys.Create(name, body.RootElement.GetProperty("kty").GetString()!);

    private VaultKey Change(string operation, string name, VaultKey key, JsonDocument body)
    {
        if (operation == "rotate")
            return keys.Create(name, key.KeyType);
        if (operation == "delete")
            keys.Delete(name);
        if (operation == "update" && body.RootElement.TryGetProperty("attributes", out var attributes))
            keys.Update(key, changed =>
            {
                changed.Enabled = attributes.TryGetProperty("enabled", out var enabled) ? enabled.GetBoolean() : changed.Enabled;
                changed.NotBefore = Instant(attributes, "nbf") ?? changed.NotBefore;
                changed.ExpiresAt = Instant(attributes, "exp") ?? changed.ExpiresAt;
            });
        return key;
    }

    private async Task OperateAsync(HttpContext http, string operation, VaultKey key, JsonDocument body)
    {
        var algorithm = body.RootElement.TryGetProperty("alg", out var named) ? named.GetString() : null;
        var text = body.RootElement.TryGetProperty("value", out var given) ? given.GetString() : null;
        if (text is null || !Base64Url.IsValid(text))
        {
            await RefuseAsync(http, VaultError.BadParameter("Property 'value' must be base64url."));
            return;
        }
        var refusal = key.Refuses(operation, clock.GetUtcNow());
        var (result, error) = refusal is null ? key.Operate(operation, algorithm, Base64Url.DecodeFromChars(text)) : (null, refusal);
        if (error is not null)
            await RefuseAsync(http, error);
        else
            await WriteAsync(http, 200, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("kid", key.IdAt(vault.Uri));
                writer.WriteString("value", Base64Url.EncodeToString(result));
                writer.WriteEndObject();
            });
    }

    private Task AnswerPageAsync(HttpContext http, string name)
    {
        var skip = int.Parse(http.Request.Query["$skiptoken"].FirstOrDefault("0")!, CultureInfo.InvariantCulture);
        var size = Math.Min(LargestPage, int.Parse(http.Request.Query["maxresults"].FirstOrDefault("25")!, CultureInfo.InvariantCulture));
        // By version, which is random: whoever relies on the order of a real vault's list is wrong as well.
        var all = keys.Versions(name).OrderBy(key => key.Version, StringComparer.Ordinal).ToList();
        var next = skip + size;
        var nextLink = next < all.Count ? $"{vault.Uri}keys/{name}/versions?api-version=2025-07-01&maxresults={size}&$skiptoken={next}" : null;
        return WriteAsync(http, 200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("value");
            foreach (var key in all.Skip(skip).Take(size))
                key.WriteItem(writer, vault.Uri);
            writer.WriteEndArray();
            writer.WriteString("nextLink", nextLink);
            writer.WriteEndObject();
        });
    }

    private Task AnswerAsync(HttpContext http, VaultKey key) => WriteAsync(http, 200, writer => key.Write(writer, vault.Uri));

    private static Task ChallengeAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate =
            "Bearer authorization=\"https://login.windows.net/00000000-0000-0000-0000-000000000000\", resource=\"https://vault.azure.net\"";
        return RefuseAsync(http, new VaultError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token."));
    }

    private static Task RefuseAsync(HttpContext http, VaultError error)
    {
        if (error.RetryAfter is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, error.Status, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message);
            if (error.Inner is not null)
            {
                writer.WriteStartObject("innererror");
                writer.WriteString("code", error.Inner);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter);
        write(writer);
    }

    private static async Task<JsonDocument> BodyAsync(HttpRequest request) =>
        request.ContentLength > 0 ? await JsonDocument.ParseAsync(request.Body) : JsonDocument.Parse("{}");

    private static DateTimeOffset? Instant(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) ? DateTimeOffset.FromUnixTimeSeconds(value.GetInt64()) : null;
}
