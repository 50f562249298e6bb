#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
// The checks of infra/smoke, which documents the arguments. What may still come (nothing listens yet, a role that was assigned
// a minute ago does not count yet) is tried again while there is time; what is wrong fails at once.
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

var (issuer, clientId, wait) = (args[0], args[1], TimeSpan.FromSeconds(int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture)));
// Neither an argument nor a variable of this command's own making: arguments show in lists of processes.
var secret = clientId.Length == 0 ? "" : Environment.GetEnvironmentVariable("POSTERN_CLIENT_SECRET") ?? await Console.In.ReadLineAsync() ?? "";

// A redirect would hide that the issuer is served from elsewhere.
using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
var deadline = DateTime.UtcNow + wait;
while (true)
{
    try
    {
        foreach (var line in await CheckAsync())
            Console.WriteLine(line);
        return 0;
    }
    catch (NotYetException reason) when (DateTime.UtcNow < deadline)
    {
        await Console.Error.WriteLineAsync($"smoke: not yet: {reason.Message}");
        await Task.Delay(TimeSpan.FromSeconds(5));
    }
    catch (Exception reason) when (reason is NotYetException or WrongException or FormatException or CryptographicException)
    {
        await Console.Error.WriteLineAsync($"smoke: {reason.Message}");
        return 1;
    }
}

async Task<List<string>> CheckAsync()
{
    var done = new List<string>();
    await GetAsync($"{issuer}/health/ready");
    done.Add("ok  /health/ready: tables and keys are reachable");

    var discovery = Parse(await GetAsync($"{issuer}/.well-known/openid-configuration"), "The discovery document");
    // OpenID Connect Discovery §4.3: exactly the same, or clients refuse it.
    if (Text(discovery, "issuer") is var published && published != issuer)
        throw new WrongException(
            $"The issuer is published as '{published}', not as '{issuer}': "
            + "POSTERN_ISSUER and the address people use must be the same, to the letter.");
    done.Add($"ok  discovery: issuer is {issuer}");

    var keys = Parse(await GetAsync(Endpoint(discovery, "jwks_uri")), "The key set");
    if (keys.ValueKind != JsonValueKind.Object || !keys.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        throw new WrongException("The key set has no list of keys.");
    if (list.GetArrayLength() == 0)
        throw new NotYetException("The key set has no key: 'postern keys list' tells which there are.");
    done.Add($"ok  key set: {list.GetArrayLength()} keys");

    if (clientId.Length > 0)
        done.Add(Verified(await TokenAsync(Endpoint(discovery, "token_endpoint")), list));
    return done;
}

// The secret goes to the issuer that was named, or nowhere.
string Endpoint(JsonElement discovery, string name) =>
    Text(discovery, name) is var url && url.StartsWith($"{issuer}/", StringComparison.Ordinal)
        ? url
        : throw new WrongException($"{name} is '{url}', which is not at the issuer.");

async Task<string> TokenAsync(string endpoint)
{
    using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
    {
        Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
    };
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    var credentials = $"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(secret)}";
    request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    return Text(Parse(await SendAsync(request), "The token response"), "access_token");
}

string Verified(string token, JsonElement keys)
{
    var parts = token.Split('.');
    if (parts.Length != 3)
        throw new WrongException("The access token is not a JWT.");
    var header = Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])), "The token's header");
    var claims = Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])), "The token's claims");
    if (Text(claims, "iss") is var iss && iss != issuer)
        throw new WrongException($"The token says it is issued by '{iss}', not by '{issuer}'.");
    var kid = Text(header, "kid");
    var key = keys.EnumerateArray().FirstOrDefault(key => Text(key, "kid") == kid);
    if (key.ValueKind is JsonValueKind.Undefined)
        throw new WrongException($"The token is signed by key '{kid}', which is not in the key set.");
    var alg = Text(header, "alg");
    if (!Verify(key, alg, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])))
        throw new WrongException($"The token's {alg} signature does not verify with key '{kid}'.");
    return $"ok  token: issued to {clientId}, {alg} signature verifies with key {kid}";
}

static bool Verify(JsonElement key, string alg, byte[] signed, byte[] signature)
{
    byte[] Number(string name) => Base64Url.DecodeFromChars(Text(key, name));
    if (alg == "ES256")
    {
        var point = new ECPoint { X = Number("x"), Y = Number("y") };
        using var curve = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }
    var padding = alg switch
    {
        "RS256" => RSASignaturePadding.Pkcs1,
        "PS256" => RSASignaturePadding.Pss,
        _ => throw new WrongException($"The token is signed with '{alg}'."),
    };
    using var rsa = RSA.Create(new RSAParameters { Modulus = Number("n"), Exponent = Number("e") });
    return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, padding);
}

async Task<string> GetAsync(string url)
{
    using var request = new HttpRequestMessage(HttpMethod.Get, url);
    return await SendAsync(request);
}

async Task<string> SendAsync(HttpRequestMessage request)
{
    try
    {
        using var response = await http.SendAsync(request);
        // Not as the character set that is claimed, which may be none: JSON is UTF-8.
        var body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        if (response.StatusCode == HttpStatusCode.OK)
            return body;
        var error = OAuthError(body);
        var what = $"{request.Method} {request.RequestUri} answers {(int)response.StatusCode}{(error is null ? "" : $" ({error})")}.";
        // Our own server has refused what was asked, and will again. The platform, which does not know a new function for a
        // while, answers 404 too, but with a page of its own.
        var isRefusal = request.Method == HttpMethod.Post && error is not null && (int)response.StatusCode is >= 400 and < 500;
        throw isRefusal ? new WrongException(what) : new NotYetException(what);
    }
    catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
    {
        throw new NotYetException($"{request.RequestUri} cannot be reached: {exception.Message}");
    }
}

// RFC 6749 §5.2: only the code, for what else answers here may say anything.
static string? OAuthError(string body)
{
    try
    {
        return Text(Parse(body, "The refusal"), "error");
    }
    catch (WrongException)
    {
        return null;
    }
}

static JsonElement Parse(string json, string what)
{
    try
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
    catch (JsonException)
    {
        throw new WrongException($"{what} is not JSON.");
    }
}

static string Text(JsonElement json, string name)
{
    try
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            return value.GetString()!;
    }
    catch (InvalidOperationException)
    {
        // Half of a surrogate pair is JSON, but not text.
    }
    throw new WrongException($"'{name}' is missing where it must be.");
}

internal sealed class NotYetException(string message) : Exception(message);

internal sealed class WrongException(string message) : Exception(message);
