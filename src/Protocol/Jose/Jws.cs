using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Protocol;

/// <summary>
/// JWTs in compact serialization (RFC 7515 §7.1, RFC 7519), made and read by JsonWebTokenHandler. What it would forgive is
/// refused here.
/// </summary>
public static class Jws
{
    /// <summary>Longest token that is read, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxDepth = 16;

    /// <summary>The <c>typ</c> of access tokens (RFC 9068 §2.1).</summary>
    public const string AccessTokenType = "at+jwt";

    /// <summary>The <c>typ</c> of ID tokens.</summary>
    public const string IdTokenType = "JWT";

    /// <summary>The <c>typ</c> of logout tokens (Back-Channel Logout §2.4).</summary>
    public const string LogoutTokenType = "logout+jwt";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false, MaximumTokenSizeInBytes = MaxLength };

    /// <summary>Frames claims as a JWT, and has its signing input (RFC 7515 §5.1) signed by whoever holds the key.</summary>
    /// <param name="algorithm">One of <see cref="SigningAlgorithms.All"/>.</param>
    /// <param name="type">The <c>typ</c> of the header.</param>
    /// <param name="keyId">The <c>kid</c> of the header.</param>
    /// <param name="claims">The claims, as JSON.</param>
    /// <param name="sign">Signs the input, perhaps over the network.</param>
    public static async ValueTask<string> SignAsync(
        string algorithm,
        string type,
        string keyId,
        ReadOnlyMemory<byte> claims,
        Func<byte[], ValueTask<byte[]>> sign
    )
    {
        var framing = new Framing();
        var credentials = new SigningCredentials(new KeyElsewhere(keyId), algorithm) { CryptoProviderFactory = framing };
        var framed = Handler.CreateToken(Encoding.UTF8.GetString(claims.Span), credentials, new Dictionary<string, object> { ["typ"] = type });
        var signature = await sign(framing.SigningInput);
        return framed[..(framed.LastIndexOf('.') + 1)] + Base64Url.EncodeToString(signature);
    }

    /// <summary>
    /// A token that one of the keys has signed, else null. <c>kid</c> only selects among the given keys; <c>jwk</c>,
    /// <c>jku</c>, <c>x5c</c> and <c>x5u</c> are not looked at; any <c>crit</c> is refused, for no extension is understood
    /// here (RFC 7515 §4.1.11, RFC 8725 §3.1, §3.10, §3.11).
    /// </summary>
    /// <param name="token">Anything.</param>
    /// <param name="type">The <c>typ</c> it must have.</param>
    /// <param name="keys">The trusted keys.</param>
    /// <param name="expect">What its claims must say beside that.</param>
    public static JsonWebToken? Verify(string token, string type, IEnumerable<Jwk> keys, Action<TokenValidationParameters>? expect = null)
    {
        if (!IsWellFormed(token))
            return null;
        return Validate(token, keyId => keys.Where(key => key.KeyId == keyId), parameters =>
        {
            parameters.TypeValidator = (actual, _, _) => IsType(actual, type) ? actual : throw new SecurityTokenInvalidTypeException();
            expect?.Invoke(parameters);
        });
    }

    /// <summary>Whether one of the keys has signed it, whatever it says.</summary>
    internal static bool IsSignedBy(string token, IEnumerable<Jwk> keys) => Validate(token, _ => keys, _ => { }) is not null;

    /// <summary>Header and claims of a token of others, strictly read and not checked; null for what is no JWT in one spelling.</summary>
    internal static (JsonElement Header, JsonElement Claims)? TryRead(string token)
    {
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        return parts.Length == 3
            && Strict.Base64UrlOrNull(parts[0]) is { } header
            && Strict.Base64UrlOrNull(parts[1]) is { } claims
            && Strict.Base64UrlOrNull(parts[2]) is not null
            && Strict.JsonObjectOrNull(header, MaxDepth) is { } read
            && !read.TryGetProperty("crit", out _)
            && Strict.JsonObjectOrNull(claims, MaxDepth) is { } said
                ? (read, said)
                : null;
    }

    private static JsonWebToken? Validate(string token, Func<string?, IEnumerable<Jwk>> keys, Action<TokenValidationParameters> expect)
    {
        var parameters = new TokenValidationParameters
        {
            ValidAlgorithms = SigningAlgorithms.All,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys(keyId).Select(key => key.SecurityKey),
            TryAllIssuerSigningKeys = false,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        };
        expect(parameters);
        // The keys are at hand, so there is nothing to wait for.
        var result = Handler.ValidateTokenAsync(token, parameters).GetAwaiter().GetResult();
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    /// <summary>Whether a token says that it was signed by a key which is none of these, and which nobody can verify any more.</summary>
    public static bool NamesOtherKey(IEnumerable<Jwk> keys, string token) =>
        IsWellFormed(token)
        && new JsonWebToken(token) is { Kid: { Length: > 0 } keyId, Alg: var algorithm }
        && SigningAlgorithms.All.Contains(algorithm)
        && keys.All(key => key.KeyId != keyId);

    // One spelling of each part, and objects in which nothing stands twice: the handler takes the last of two members.
    private static bool IsWellFormed(string token) => TryRead(token) is { Header: var header } && HasTexts(header, "alg", "typ", "kid");

    private static bool HasTexts(JsonElement header, params string[] names) =>
        names.All(name => header.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String);

    // RFC 9068 §4: application/at+jwt is the same type; media types compare without case.
    internal static bool IsType(string? actual, string expected) =>
        string.Equals(actual, expected, StringComparison.OrdinalIgnoreCase)
        || string.Equals(actual, "application/" + expected, StringComparison.OrdinalIgnoreCase);

    private sealed class KeyElsewhere : SecurityKey
    {
        public KeyElsewhere(string keyId) => KeyId = keyId;

        public override int KeySize => 0;
    }

    /// <summary>Keeps what is to be signed, and leaves the signature empty.</summary>
    private sealed class Framing : CryptoProviderFactory
    {
        public byte[] SigningInput { get; private set; } = [];

        public override SignatureProvider CreateForSigning(SecurityKey key, string algorithm) => new Provider(this, key, algorithm);

        public override SignatureProvider CreateForSigning(SecurityKey key, string algorithm, bool cacheProvider) =>
            new Provider(this, key, algorithm);

        public override void ReleaseSignatureProvider(SignatureProvider signatureProvider) => signatureProvider.Dispose();

        private sealed class Provider(Framing framing, SecurityKey key, string algorithm) : SignatureProvider(key, algorithm)
        {
            public override byte[] Sign(byte[] input)
            {
                framing.SigningInput = input;
                return [];
            }

            public override bool Sign(ReadOnlySpan<byte> data, Span<byte> destination, out int bytesWritten)
            {
                (framing.SigningInput, bytesWritten) = (data.ToArray(), 0);
                return true;
            }

            public override bool Verify(byte[] input, byte[] signature) => throw new NotSupportedException("It has no key.");

            protected override void Dispose(bool disposing)
            {
                // Nothing is held.
            }
        }
    }
}
