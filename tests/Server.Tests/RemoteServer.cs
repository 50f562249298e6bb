using System.Net.Http.Headers;
using System.Text;

namespace Postern.Tests;

/// <summary>The server as clients and browsers meet it, wherever it runs. It has the clients and the person that most tests need.</summary>
public abstract class RemoteServer
{
    public const string Issuer = "https://login.example";
    public const string Secret = "the-secret-of-every-confidential-client";
    public const string Login = "alice@example.com";
    public const string Password = "correct horse battery staple";
    public const string Subject = "alice-subject";
    public const string FormType = "application/x-www-form-urlencoded";

    private Browser? signedIn;

    /// <param name="address">Where it answers, which need not be its issuer.</param>
    protected RemoteServer(Uri address)
    {
        var plain = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        };
        Http = new HttpClient(plain) { BaseAddress = address };
    }

    /// <summary>Follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    /// <summary>A browser that has been nowhere yet.</summary>
    public Browser Browser() => new(Http);

    /// <summary>A browser in which Alice is signed in. All that come from here share one session.</summary>
    public async Task<Browser> SignedInAsync()
    {
        if (signedIn is null)
        {
            var browser = await Browser().GoAsync(new Flow(this, "own").Url());
            signedIn = await browser.SignInAsync();
        }
        return signedIn.Copy();
    }

    /// <summary>The browser of Alice, signed in, after an authorization request of this client.</summary>
    public async Task<Browser> AuthorizeAsync(string clientId, params (string Name, string? Value)[] parameters) =>
        await (await SignedInAsync()).GoAsync(new Flow(this, clientId).Url(parameters));

    /// <summary>POSTs a form as the client authenticates: with Basic, with its secret in the form, or with its id alone.</summary>
    public async Task<Answer> PostAsync(string path, string clientId, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (clientId is not ("app" or "spa" or "tv" or "post"))
            request.Headers.Authorization = Basic(clientId, Secret);
        request.Content = clientId switch
        {
            "app" or "spa" or "tv" => Form([.. form, ("client_id", clientId)]),
            "post" => Form([.. form, ("client_id", clientId), ("client_secret", Secret)]),
            _ => Form(form),
        };
        return await SendAsync(request);
    }

    /// <summary>POSTs a body as it is, one byte a character.</summary>
    public async Task<Answer> PostRawAsync(string path, string body, string? contentType = FormType, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>GETs with a bearer token.</summary>
    public async Task<Answer> GetAsync(string path, string? accessToken = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await SendAsync(request);
    }

    public static AuthenticationHeaderValue Basic(string clientId, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));

    public static FormUrlEncodedContent Form(params (string Name, string Value)[] form) =>
        new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
