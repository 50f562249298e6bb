using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Local;

/// <summary>
/// The demo public client: a web page on a port of its own that signs people in through the server (authorization code
/// with PKCE) and shows what it got. It knows nothing of the server but its issuer.
/// </summary>
internal sealed class DemoApp : IAsyncDisposable
{
    private const string ClientId = "demo-app";

    private readonly ConcurrentDictionary<string, string> verifiers = new(StringComparer.Ordinal);
    private readonly HttpClient http = new();
    private readonly string issuer;
    private readonly WebApplication app;

    private DemoApp(string issuer)
    {
        this.issuer = issuer;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.UseRouting();
        app.MapGet("/", context => WriteAsync(context, Home()));
        app.MapGet("/login", context =>
        {
            context.Response.Redirect(AuthorizationUrl());
            return Task.CompletedTask;
        });
        app.MapGet("/callback", async context => await WriteAsync(context, await CallbackAsync(context.Request)));
        app.UseEndpoints(_ => { });
    }

    /// <summary>Where it is: a loopback address with whatever port was free.</summary>
    public string Address => app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);

    public static async Task<DemoApp> StartAsync(string issuer)
    {
        var demo = new DemoApp(issuer);
        await demo.app.StartAsync();
        return demo;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private string RedirectUri => $"{Address}/callback";

    private string AuthorizationUrl()
    {
        // A page reloaded a thousand times should not fill the memory.
        if (verifiers.Count > 1000)
            verifiers.Clear();
        var (state, verifier) = (Random(16), Random(32));
        verifiers[state] = verifier;
        return $"{issuer}{Paths.Authorize}?"
            + FormUrlEncoded.Encode(
                [
                    ("response_type", "code"),
                    ("client_id", ClientId),
                    ("redirect_uri", RedirectUri),
                    ("scope", "openid profile email offline_access"),
                    ("state", state),
                    ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
                    ("code_challenge_method", "S256"),
                ]
            );
    }

    private async Task<Html> CallbackAsync(HttpRequest request)
    {
        var query = request.Query;
        if (query["iss"] != issuer || !verifiers.TryRemove(query["state"].ToString(), out var verifier))
            return Message("This answer belongs to no login that was started here.");
        if (query["error"].ToString() is { Length: > 0 } error)
            return Message($"The server answered {error}: {query["error_description"]}");
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["client_id"] = ClientId,
                ["code"] = query["code"].ToString(),
                ["redirect_uri"] = RedirectUri,
                ["code_verifier"] = verifier,
            }
        );
        using var response = await http.PostAsync(new Uri(issuer + Paths.Token), form);
        using var tokens = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return response.IsSuccessStatusCode ? await TokensAsync(tokens.RootElement) : Message(tokens.RootElement.ToString());
    }

    private async Task<Html> TokensAsync(JsonElement tokens)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, issuer + Paths.UserInfo);
        var accessToken = tokens.GetProperty("access_token").GetString()!;
        request.Headers.Authorization = new("Bearer", accessToken);
        using var userInfo = await http.SendAsync(request);
        return Html.Of(
            $"""
            <p class="lead">The server answered the authorization code with these tokens.</p>
            <h2>ID token</h2><pre id="id-token">{Claims(tokens.GetProperty("id_token").GetString()!)}</pre>
            <h2>Access token</h2><pre id="access-token">{Claims(accessToken)}</pre>
            <h2>Userinfo</h2><pre id="userinfo">{Indented(await userInfo.Content.ReadAsStringAsync())}</pre>
            <h2>Token response</h2><pre>{Indented(tokens.ToString())}</pre>
            <p><a href="/login">Sign in again</a></p>
            """
        );
    }

    private static string Claims(string jwt) => Indented(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(jwt.Split('.')[1])));

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            document.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Html Home() => Html.Of($"""<p class="lead">A public client on this computer.</p><p><a id="login" href="/login">Sign in with Postern</a></p>""");

    private static Html Message(string text) => Html.Of($"""<p class="lead">{text}</p><p><a href="/login">Try again</a></p>""");

    private async Task WriteAsync(HttpContext context, Html body)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src {issuer}; img-src {issuer}; frame-ancestors 'none'; base-uri 'none'";
        await context.Response.WriteAsync(Layout.Render(new Page("Demo app", body), "Demo app", issuer).ToString());
    }

    private static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
