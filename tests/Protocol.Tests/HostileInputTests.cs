using System.Buffers.Text;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Whatever comes in is refused or read, and never an exception: that would be a 500 for whoever asks for one.</summary>
[Rfc(6819, "4.4.1.11")]
public partial class HostileInputTests
{
    private const string Header = """{"alg":"RS256","typ":"JWT","kid":"a"}""";

    private static readonly string Jwt = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Header))}.e30.AAAA";

    private static readonly (string Name, Action<string> Read, string[] Samples)[] Readers =
    [
        ("FormUrlEncoded.Decode", text => FormUrlEncoded.Decode(text), ["a%20b%C3%A9", "%41"]),
        ("FormUrlEncoded.DecodeText", text => FormUrlEncoded.DecodeText(text), ["a%09%C2%85"]),
        ("FormUrlEncoded.Encode", text => FormUrlEncoded.Encode(text), ["a"]),
        ("RequestParameters.Parse", text => RequestParameters.Parse(text), ["a=1&b=%20&c", "a=1&a=2"]),
        (
            "Handle.TryParse",
            text => Read(kind => Handle.TryParse(kind, text)),
            [Some.Handle().Encode(), Some.Handle(HandleKind.RefreshToken).Encode()]
        ),
        ("RowId.TryParse", text => RowId.TryParse(text), [Some.Row().ToString(), "________________________"]),
        ("Scope.TryParse", text => Scope.TryParse(text), ["openid email"]),
        ("StorageSetting.TryParse", text => StorageSetting.TryParse(text, out _), ["AccountName=a;AccountKey=AAAA", "https://a.b.c", "AccountKey="]),
        ("RedirectUri.Register", text => RedirectUri.Register(text), [Some.Callback, "http://[::1]:80/", "com.example.app:/cb?a=%20"]),
        (
            "RedirectUri.Matches",
            text => Some.Redirect("http://127.0.0.1/cb").Matches(text),
            ["http://127.0.0.1:80/cb", "http://127.0.0.1:99999999999/"]
        ),
        ("Prompts.TryParse", text => Prompts.TryParse(text), ["login consent"]),
        ("ResponseModes.TryParse", text => ResponseModes.TryParse(text), ["query"]),
        ("ClaimsRequest.Parse", text => ClaimsRequest.Parse(text), ["""{"id_token":{"sub":{"value":"\ud800"}},"userinfo":null}"""]),
        ("UserClaims.TryParse", text => UserClaims.TryParse(text, out _), ["""{"name":"\ud83d\ude00","address":{}}"""]),
        ("Nfc.OrNull", text => Nfc.OrNull(text), ["e\u0301", "\ufffe", "\ud800e\u0301"]),
        ("PasswordText.Normalize", text => PasswordText.Normalize(text), ["e\u0301"]),
        ("PasswordRules.Problem", text => PasswordRules.Problem(text, text), ["P@ssword\u0301", "abcabcab"]),
        ("LoginName.Normalize", text => LoginName.Normalize(text), ["\tE\u0301\ud800 "]),
        ("LoginName.Canonical", text => LoginName.Canonical(text), ["Alice "]),
        ("Pkce.RefusesVerifier", text => Pkce.RefusesVerifier(text, Some.Challenge), [Some.Verifier]),
        ("Pkce.RefusesVerifier, challenge", text => Pkce.RefusesVerifier(Some.Verifier, text), [Some.Challenge]),
        ("Jws.Verify", text => Jws.Verify(text, Jws.IdTokenType, SomeKey.Trusted), [Jwt]),
        ("Jws.Verify, header", text => Jws.Verify(Encode(text) + ".e30.AAAA", Jws.IdTokenType, SomeKey.Trusted), [Header, """{"alg":"\ud800"}"""]),
        ("Jws.Verify, signed claims", VerifySigned, ["""{"iss":"a","aud":["b"]}"""]),
        ("Jwk.Verifies", text => SomeKey.Trusted.All(key => key.Verifies(text, [], Encoding.UTF8.GetBytes(text))), ["RS256", "ES256", "none"]),
        ("JwkSet.TryParse", text => JwkSet.TryParse(Encoding.UTF8.GetBytes(text), out _), [KeyPair.Jwks(KeyPair.Ec), """{"keys":[{"kty":"EC"}]}"""]),
        ("Assertion.TryRead", text => Assertion.TryRead(text), [Jwt]),
        ("Assertion.TryRead, header", text => Assertion.TryRead(Encode(text) + ".e30.AAAA"), [Header, """{"alg":"ES256","kid":"\ud800"}"""]),
        ("VerifiedAssertion.TryVerify", VerifyAssertion, ["""{"iss":"a","sub":"b","aud":["c",1],"exp":1e400,"nbf":-1}""", """{"exp":1e18}"""]),
        ("AccessToken.TryVerify", text => AccessToken.TryVerify(text, SomeKey.Trusted, Some.Issuer, Some.Now), [Jwt]),
        ("IdToken.SubjectOfHint", text => IdToken.SubjectOfHint(text, SomeKey.Trusted, Some.Issuer, "web"), [Jwt]),
        ("IdTokenHint.TryRead", text => IdTokenHint.TryRead(text, SomeKey.Trusted, Some.Issuer), [Jwt]),
        ("PostLogoutRedirect.TryVerify", LogOut, [Some.Callback]),
        ("ClientLogout.Problems", text => ClientLogout.Problems(Leaving(text)).Count(), ["https://client.example/out", "http://[::1]:80/"]),
        ("ClientCredentials.Parse, header", text => ClientCredentials.Parse(text, Some.Parameters()), ["Basic d2ViOnM=", "Basic JTAwOnM="]),
        ("ClientCredentials.Parse, decoded", text => ClientCredentials.Parse("Basic " + ToBase64(text), Some.Parameters()), ["web:%41", "a%20b:c"]),
        ("ClientCredentials.Parse, body", text => WithParameters(text, body => ClientCredentials.Parse(null, body)), ["client_id=a&client_secret=b"]),
        ("AuthorizationRequest.Parse", text => WithParameters(text, Authorize), [Some.AuthorizationParameters(("claims", "{}")).Encode()]),
        ("VerifiedRedirect.TryVerify", text => Authorize(Some.AuthorizationParameters(("redirect_uri", Printable(text)))), [Some.Callback]),
        ("RequestedResources.Parse", text => RequestedResources.Parse([text], Some.Client(), []), ["https://api.example"]),
        ("Resource.Problems", text => Resource.Problems(Some.Resource(text, text)).Count(), ["https://api.example", "urn:a"]),
        ("ResourceScope.TryParse", text => ResourceScope.TryParse(text), ["https://api.example#orders"]),
        ("AllowedOrigins.Problems", text => AllowedOrigins.Problems(Some.Client() with { AllowedOrigins = new([text]) }).Count(), ["a://b"]),
        ("UserCode.TryParse", text => UserCode.TryParse(text), ["BCDF-GHJK", "bcdf\u2011ghjk"]),
        (
            "BackchannelRequest.Parse",
            text => WithParameters(text, body => BackchannelRequest.Parse(body, Some.Client() with { NotificationEndpoint = "https://a.example" })),
            ["scope=openid&login_hint=a&binding_message=b&requested_expiry=60&client_notification_token=t"]
        ),
        ("IdToken.TryVerify", text => IdToken.TryVerify(text, SomeKey.Trusted, Some.Issuer, Some.Now), [Jwt]),
        ("TokenId.Parse", text => TokenId.Parse(text), ["a.~b.c", "a.+b.c", "a.2147483648.c", "a.b"]),
        ("TokenTarget.TryParse", text => TokenTarget.TryParse(text), ["https://api.example a b"]),
        (
            "ExchangeRequest.Parse",
            text => WithParameters(text, body => ExchangeRequest.Parse(body)),
            [$"subject_token=a&subject_token_type={TokenTypes.Jwt}&audience=b&resource=b&resource=c"]
        ),
        ("Duration.TryParse", text => Duration.TryParse(text), ["60s", "4294967295d"]),
        ("Strict.Base64UrlOrNull", text => Strict.Base64UrlOrNull(text), ["AAA", "AAAAA", "AB"]),
        ("Strict.JsonObjectOrNull", text => Strict.JsonObjectOrNull(Encoding.UTF8.GetBytes(text), 8), [Header]),
        (
            "ClientRegistration.Problems",
            text => ClientRegistration.Problems(Some.Client() with { ClientId = text, ClientName = text }).Count(),
            ["web"]
        ),
    ];

    public static TheoryData<string> Names => [.. Readers.Select(reader => reader.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Nothing_that_comes_in_is_an_exception(string name)
    {
        var (_, read, samples) = Readers.Single(reader => reader.Name == name);
        Any.Always(Gen.OneOf(Any.Text, Any.Mangled(samples)), text => Survives(read, text));
        Assert.All(Extremes, text => Assert.True(Survives(read, text)));
    }

    [Fact]
    public void Every_reader_there_is_is_among_them()
    {
        var readers =
            from type in typeof(Handle).Assembly.GetExportedTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where ReaderName().IsMatch(method.Name) && method.GetParameters().Length > 0
            select $"{type.Name}.{method.Name}";
        Assert.All(readers.Distinct(), name => Assert.Contains(Readers, reader => reader.Name.Split(',')[0] == name));
    }

    private static IEnumerable<string> Extremes =>
        ["", "\0", "%", "=", "&", ".", "..", "\ud800", "\udc00\ud800", .. "a%{.é&".Select(c => new string(c, 100_000))];

    private static Client Leaving(string uri) =>
        Some.Client() with { Logout = new ClientLogout { BackchannelLogoutUri = uri, FrontchannelLogoutUri = uri } };

    private static void VerifyAssertion(string claims)
    {
        var rules = new AssertionRules { Issuer = "a", Audiences = ["c"], Types = ["JWT"], MaxLifetime = TimeSpan.FromDays(1), SingleUse = true };
        var keys = JwkSet.TryParse(Encoding.UTF8.GetBytes(KeyPair.Jwks(KeyPair.Ec)), out _)!;
        if (Assertion.TryRead(KeyPair.Ec.Sign("""{"alg":"ES256"}""", claims)) is { } assertion)
            VerifiedAssertion.TryVerify(assertion, rules, keys, Some.Now);
    }

    private static void LogOut(string text)
    {
        var parameters = Some.Parameters(("post_logout_redirect_uri", Printable(text)), ("state", Printable(text)));
        PostLogoutRedirect.TryVerify(Some.Client(), parameters, out _, out _);
    }

    private static bool Survives(Action<string> read, string text)
    {
        read(text);
        return true;
    }

    private static void Read(Action<HandleKind> parse)
    {
        foreach (var kind in Enum.GetValues<HandleKind>())
            parse(kind);
    }

    private static void VerifySigned(string claims)
    {
        var token = SomeKey.Ec.Token(SigningAlgorithms.ES256, Jws.IdTokenType, Encoding.UTF8.GetBytes(claims));
        Jws.Verify(token, Jws.IdTokenType, SomeKey.Trusted);
    }

    private static void Authorize(RequestParameters parameters)
    {
        if (!VerifiedRedirect.TryVerify(Some.Client(), parameters, Some.Issuer, out var redirect, out _))
            return;
        if (!AuthorizationRequest.Parse(parameters, Some.Client(), redirect, [Some.Resource()]).Succeeds(out _, out var refusal))
            redirect.Deliver(refusal);
    }

    private static void WithParameters(string text, Action<RequestParameters> read)
    {
        if (RequestParameters.Parse(text).Succeeds(out var parameters, out _))
            read(parameters);
    }

    // As much of it as can stand in a request.
    private static string Printable(string text) => string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(1000));

    [GeneratedRegex("^(Try)?(Parse|Verify|Verifies|Register|Decode|DecodeText|Normalize|Canonical|Matches)$|OrNull$")]
    private static partial Regex ReaderName();

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string ToBase64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
