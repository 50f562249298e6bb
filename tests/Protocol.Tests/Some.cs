using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Well-formed things to start a test from; a test changes only what it is about.</summary>
internal static class Some
{
    public const string Issuer = "https://issuer.example";
    public const string Callback = "https://client.example/cb";
    public const string Secret = "s3cret-of-the-client";

    // RFC 7636 appendix B.
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Always the same bytes for a seed, and others for another.</summary>
    public static byte[] Bytes(int size, int seed = 1) =>
        [.. Enumerable.Range(0, size).Select(i => SHA256.HashData(BitConverter.GetBytes((seed * 1000) + (i / 32)))[i % 32])];

    public const string Registration = "r3gistration";

    public static RowId Row(int seed = 1) => RowId.For(Now.AddDays(90), Bytes(16, seed));

    public static Handle Handle(HandleKind kind = HandleKind.AuthorizationCode, int seed = 1) =>
        new(kind, Row(seed), Bytes(kind == HandleKind.RefreshToken ? RefreshSecret.Size : Protocol.Handle.SecretSize, seed));

    public static RedirectUri Redirect(string uri = Callback) => RedirectUri.Register(uri).Value();

    public static Scope Scope(string text) => Assert.IsType<Scope>(Protocol.Scope.TryParse(text));

    public static ClientSecret ClientSecret(string secret = Secret, DateTimeOffset? expiresAt = null) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), expiresAt);

    /// <summary>A confidential OpenID Connect client that may do what most may.</summary>
    public static Client Client(string uri = Callback) =>
        new()
        {
            ClientId = "web",
            ClientName = "Web Shop",
            TokenEndpointAuthMethods = ClientAuthenticationMethods.WithSecret,
            Secrets = [ClientSecret()],
            RedirectUris = [Redirect(uri)],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
            Scope = Scope("openid profile email offline_access orders"),
            CreatedAt = Now.AddDays(-2),
            Registration = Registration,
        };

    public static Client PublicClient(string uri = Callback) =>
        Client(uri) with
        {
            ClientId = "app",
            TokenEndpointAuthMethods = [ClientAuthenticationMethods.None],
            Secrets = [],
        };

    public static RequestParameters Parameters(params (string Name, string Value)[] parameters) =>
        RequestParameters.Parse(FormUrlEncoded.Encode(parameters)).Value();

    /// <summary>An authorization request that passes, with the given parameters added, replaced or, where empty, left out.</summary>
    public static RequestParameters AuthorizationParameters(params (string Name, string Value)[] changes)
    {
        var parameters = new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = "web",
            ["redirect_uri"] = Callback,
            ["scope"] = "openid",
            ["state"] = "af0ifjsldkj",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
            parameters[name] = value;
        return Parameters([.. parameters.Select(pair => (pair.Key, pair.Value))]);
    }

    public static VerifiedRedirect Verified(Client client, RequestParameters parameters) =>
        VerifiedRedirect.TryVerify(client, parameters, Issuer, out var redirect, out var refusal)
            ? redirect
            : throw new InvalidOperationException(refusal.Reason);

    public static Result<AuthorizationRequest> Parse(Client client, params (string Name, string Value)[] changes) =>
        Parse(client, [], changes);

    /// <summary>The same where there are these resources.</summary>
    public static Result<AuthorizationRequest> Parse(Client client, Resource[] known, params (string Name, string Value)[] changes)
    {
        // Of one parameter that is given twice both count.
        var parameters = AuthorizationParameters([.. changes.Where(change => change.Name != "resource")]);
        var resources = FormUrlEncoded.Encode(changes.Where(change => change.Name == "resource"));
        parameters = RequestParameters.Parse($"{parameters.Encode()}&{resources}").Value();
        return AuthorizationRequest.Parse(parameters, client, Verified(client, parameters), known);
    }

    /// <summary>A resource of which <see cref="Client"/> is registered for the scope orders.</summary>
    public static Resource Resource(string identifier = "https://api.example", params string[] scopes) =>
        new()
        {
            Identifier = identifier,
            Name = "Orders",
            Scopes = (scopes is [] ? ["orders", "orders:write"] : scopes).ToDictionary(scope => scope, scope => $"Words for {scope}"),
            CreatedAt = Now,
        };

    public static AuthorizationRequest Request(Client client, params (string Name, string Value)[] changes) => Parse(client, changes).Value();

    public static Session Session(string subject = "alice", int seed = 1, TimeSpan? age = null) =>
        new()
        {
            Id = Row(seed),
            Root = Row(seed + 100),
            SecretHash = Handle(HandleKind.Session, seed).SecretHash,
            Subject = subject,
            AuthTime = Now - (age ?? TimeSpan.Zero),
            Amr = ["pwd"],
            ExpiresAt = Now.AddHours(8),
            Stamp = "",
        };

    public static Consent Consent(string scope = "openid profile email offline_access orders") =>
        new() { Subject = "alice", ClientId = "web", Registration = Registration, Scope = Scope(scope), GrantedAt = Now.AddDays(-1) };

    public static Interaction Interaction() =>
        new() { Id = Row(7), BrowserHash = Bytes(32), Parameters = "", ExpiresAt = Now.AddHours(1) };

    public static AccessToken AccessToken() =>
        new()
        {
            Issuer = Issuer,
            Subject = "alice",
            ClientId = "web",
            Audience = ["https://api.example"],
            Scope = Scope("openid orders"),
            IssuedAt = Now,
            ExpiresAt = Now.AddMinutes(15),
            Id = $"{Row()}.x1y2",
            AuthTime = Now.AddMinutes(-5),
            Amr = ["pwd", "otp"],
        };

    /// <summary>A grant whose code is <c>Some.Handle()</c> and not yet redeemed.</summary>
    public static Grant Grant() =>
        new()
        {
            Id = Row(),
            ClientId = "web",
            Registration = Registration,
            Stamp = "",
            Subject = "alice",
            Scope = Scope("openid"),
            RedirectUri = Callback,
            RedirectUriWasSent = true,
            CodeChallenge = Challenge,
            Nonce = null,
            ClaimsParameter = null,
            SessionId = Row(2),
            AuthTime = Now,
            Amr = ["pwd"],
            CodeHash = Handle().SecretHash,
            GrantedAt = Now,
            CodeExpiresAt = Now.AddSeconds(60),
            ExpiresAt = Now.AddDays(90),
        };
}
