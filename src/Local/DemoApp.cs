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

    // On top of the server's own style sheet: what only an app that prints tokens needs.
    private const string Style = """
        main:has(pre) { max-width: 46rem; }
        h2 { margin: 1.75rem 0 0; font-size: 1.05rem; }
        h2 + p { margin: 0 0 .5rem; color: var(--soft); font-size: .9rem; }
        pre {
          margin: 0; padding: .8rem 1rem; font-size: .82rem; line-height: 1.45; white-space: pre-wrap;
          background: var(--ground); border: 1px solid var(--line); border-radius: .45rem;
        }
        .actions { display: flex; flex-wrap: wrap; align-items: center; gap: 1rem 1.5rem; margin: 1.75rem 0 0; }
        .actions a { color: var(--accent); }
        .actions a.button {
          padding: .7rem 1.1rem; font-weight: 600; text-decoration: none;
          color: var(--on-accent); background: var(--accent); border-radius: .45rem;
        }
        """;

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
        app.MapGet("/", context => WriteAsync(context, "Try Postern", Home()));
        app.MapGet("/demo.css", context =>
        {
            context.Response.ContentType = "text/css";
            return context.Response.WriteAsync(Style);
        });
        app.MapGet("/login", context =>
        {
            context.Response.Redirect(AuthorizationUrl());
            return Task.CompletedTask;
        });
        app.MapGet("/callback", async context =>
        {
            var (title, body) = await CallbackAsync(context.Request);
            await WriteAsync(context, title, body);
        });
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
        return $"{issuer}/{Paths.Authorize}?"
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

    private async Task<(string Title, Html Body)> CallbackAsync(HttpRequest request)
    {
        var query = request.Query;
        if (query["iss"] != issuer || !verifiers.TryRemove(query["state"].ToString(), out var verifier))
            return Message("Nothing to show", "This answer belongs to no sign-in that was started here, or was shown before.");
        if (query["error"].ToString() is { Length: > 0 } error)
            return Message("You are not signed in", $"The server answered {error}: {query["error_description"]}");
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
        using var response = await http.PostAsync(new Uri($"{issuer}/{Paths.Token}"), form);
        using var tokens = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return response.IsSuccessStatusCode
            ? ("You are signed in", await TokensAsync(tokens.RootElement))
            : Message("The code was refused", tokens.RootElement.ToString());
    }

    private async Task<Html> TokensAsync(JsonElement tokens)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{issuer}/{Paths.UserInfo}");
        var accessToken = tokens.GetProperty("access_token").GetString()!;
        request.Headers.Authorization = new("Bearer", accessToken);
        using var userInfo = await http.SendAsync(request);
        return Html.Of(
            $"""
            <p class="lead">The app exchanged its authorization code for tokens. This is what they say.</p>
            <h2>ID token</h2>
            <p>Who signed in, when and how. For this app alone.</p>
            <pre id="id-token">{Claims(tokens.GetProperty("id_token").GetString()!)}</pre>
            <h2>Access token</h2>
            <p>What the app sends to an API.</p>
            <pre id="access-token">{Claims(accessToken)}</pre>
            <h2>Userinfo</h2>
            <p>What the server told the app for that access token.</p>
            <pre id="userinfo">{Indented(await userInfo.Content.ReadAsStringAsync())}</pre>
            <h2>Token response</h2>
            <p>The same as it came over the wire.</p>
            <pre id="token-response">{Indented(tokens.ToString())}</pre>
            {Actions("Sign in again")}
            """
        );
    }

    private static string Claims(string jwt) => Indented(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(jwt.Split('.')[1])));

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        var readable = new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(stream, readable))
            document.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Html Home() =>
        Html.Of(
            $"""
            <p class="lead">This app knows its client_id, demo-app, and its issuer, {issuer}. It has no secret.</p>
            {Actions("Sign in with Postern")}
            """
        );

    private (string Title, Html Body) Message(string title, string text) =>
        (title, Html.Of($"""<p class="lead" id="message">{text}</p>{Actions("Try again")}"""));

    private Html Actions(string signIn) =>
        Html.Of(
            $"""
            <p class="actions">
              <a id="login" class="button" href="/login">{signIn}</a> <a id="signout" href="{issuer}/{Paths.SignOut}">Sign out</a>
            </p>
            """
        );

    private async Task WriteAsync(HttpContext context, string title, Html body)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self' {issuer}; img-src {issuer}; frame-ancestors 'none'; base-uri 'none'";
        var styled = Html.Of($"""<link rel="stylesheet" href="/demo.css">{body}""");
        await context.Response.WriteAsync(Layout.Render(new Page(title, styled), "Demo app", issuer).ToString());
    }

    private static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
