using System.Security.Cryptography;
using System.Text;

namespace Postern.Protocol;

/// <summary>What a request claims about its client, not yet checked (RFC 6749 §2.3).</summary>
public sealed record ClientCredentials
{
    public const int MaxSecretLength = 512;

    // Form-encoding may triple a secret, and base64 makes four characters of three.
    private const int MaxHeaderLength = 4 * (MaxSecretLength + 200);

    // Compared for unknown clients and missing secrets, so that they cost what known ones do.
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private readonly IReadOnlyList<string> secrets;

    private ClientCredentials(string clientId, string method, params IReadOnlyList<string> secrets) =>
        (ClientId, Method, this.secrets) = (clientId, method, secrets);

    private ClientCredentials(string clientId, Assertion assertion)
        : this(clientId, ClientAuthenticationMethods.PrivateKeyJwt) => Assertion = assertion;

    public string ClientId { get; }

    /// <summary>The authentication method in use.</summary>
    public string Method { get; }

    /// <summary>What is presented in place of a secret, not yet checked; null where nothing is.</summary>
    public Assertion? Assertion { get; }

    /// <summary>Reads the credentials from the header or the body; never from both (RFC 6749 §2.3).</summary>
    /// <param name="authorization">The Authorization header; null or blank: there is none.</param>
    /// <param name="parameters">The body.</param>
    public static Result<ClientCredentials> Parse(string? authorization, RequestParameters parameters)
    {
        // A repeated or unreadable parameter reads as absent, so a second secret would go unnoticed beside the header.
        if (parameters.Refuses() is { } refusal)
            return refusal;
        var (clientId, secret) = (parameters[Parameters.ClientId], parameters[Parameters.ClientSecret]);
        var isAsserted = (parameters[Parameters.ClientAssertion] ?? parameters[Parameters.ClientAssertionType]) is not null;
        if (!string.IsNullOrWhiteSpace(authorization))
        {
            if (Basic(authorization) is not { } basic)
                return Malformed();
            if (secret is not null || isAsserted)
                return MoreThanOne();
            return clientId is null || clientId == basic.ClientId
                ? basic
                : OAuthError.InvalidRequest("client_id is not that of the Authorization header.");
        }
        if (isAsserted)
            return secret is null ? Asserted(clientId, parameters) : MoreThanOne();
        if (clientId is null)
            return OAuthError.InvalidClient("no client authentication and no client_id").Telling("client_id is missing.");
        return secret is null
            ? new ClientCredentials(clientId, ClientAuthenticationMethods.None)
            : new ClientCredentials(clientId, ClientAuthenticationMethods.ClientSecretPost, secret);
    }

    /// <summary>
    /// Refuses an unknown client, any method but the registered ones, and wrong or expired secrets, with equal work and
    /// one answer for all who do not know the secret (RFC 6819 §5.1.4.2.2).
    /// </summary>
    public OAuthError? Refuses(Client? client, DateTimeOffset now)
    {
        var refusal = Refuses(client, Proves(client, now));
        return Method == ClientAuthenticationMethods.ClientSecretBasic ? refusal?.OfHeader() : refusal;
    }

    private bool Proves(Client? client, DateTimeOffset now)
    {
        var proven = false;
        foreach (var secret in secrets)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
            foreach (var stored in client is { Secrets.Count: > 0 } ? client.Secrets : [new ClientSecret(NoHash, null)])
                proven |= CryptographicOperations.FixedTimeEquals(stored.Hash, hash) & !(stored.ExpiresAt <= now);
        }
        return proven;
    }

    // RFC 7521 §4.2: client_id may be left out, for the assertion's subject says it. A workload's says something else.
    private static Result<ClientCredentials> Asserted(string? clientId, RequestParameters parameters)
    {
        var type = parameters[Parameters.ClientAssertionType];
        if (type is null || parameters[Parameters.ClientAssertion] is not { } text)
            return OAuthError.InvalidRequest("client_assertion and client_assertion_type go together.");
        if (type != ClientAuthenticationMethods.JwtBearerAssertion)
            return OAuthError.InvalidClient($"client_assertion_type {Shown.Text(type)}")
                .Telling($"the client_assertion_type has to be {ClientAuthenticationMethods.JwtBearerAssertion}.");
        if (Assertion.TryRead(text) is not { } assertion || (clientId ?? assertion.Subject) is not { } id)
            return OAuthError.InvalidClient("the client_assertion is not a well-formed JWT with a subject")
                .Telling($"the client_assertion is not a JWT signed by {string.Join(", ", SigningAlgorithms.All)}.");
        return new ClientCredentials(id, assertion);
    }

    private static OAuthError MoreThanOne() => OAuthError.InvalidRequest("The client used more than one authentication method.");

    private OAuthError? Refuses(Client? client, bool isProven)
    {
        var isMethod = client?.Uses(Method) == true;
        if (isMethod && (isProven || client!.IsPublic))
            return null;
        var refusal = OAuthError.InvalidClient(
            client is null ? Advice.UnknownClient(ClientId)
            : isMethod ? Advice.Secret(client)
            : Advice.Method(client, Method)
        );
        // Said whether or not there is such a client; below, to who knows the secret, or of a client that has none, which shows anyway.
        if (Method == ClientAuthenticationMethods.None)
            return refusal.Telling("client_secret or client_assertion is missing, which only public clients go without.");
        if (client?.IsPublic == true)
            return refusal.Telling("the client is public, so send its client_id in the body and no secret.");
        return isProven ? refusal.Telling($"the client has to use {client!.TokenEndpointAuthMethods[0]}.") : refusal;
    }

    private static OAuthError Malformed()
    {
        const string what = "the Authorization header is not well-formed Basic credentials";
        return OAuthError.InvalidClient(what).Telling(what + ".").OfHeader();
    }

    /// <summary>Holds a secret, so it says only whose.</summary>
    public override string ToString() => $"{Method} {ClientId}";

    // RFC 6749 §2.3.1 wants both halves form-encoded before they are joined; many clients join them raw. Client ids
    // read the same either way, and a secret is tried both ways.
    private static ClientCredentials? Basic(string header)
    {
        const string scheme = "Basic ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || header.Length > MaxHeaderLength)
            return null;
        var encoded = header[scheme.Length..].TrimStart(' ');
        var bytes = new byte[encoded.Length];
        // The decoder skips white space, which token68 does not have (RFC 9110 §11.2).
        if (encoded.Any(char.IsWhiteSpace) || !Convert.TryFromBase64String(encoded, bytes, out var length))
            return null;
        var text = Encoding.Latin1.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || text.Any(c => char.IsAscii(c) && char.IsControl(c)) || FormUrlEncoded.Decode(text[..colon]) is not { } clientId)
            return null;
        var decoded = FormUrlEncoded.Decode(text[(colon + 1)..]);
        // The bytes are UTF-8 (RFC 7617 §2.1), whatever they were read as above.
        var raw = Encoding.UTF8.GetString(bytes.AsSpan(colon + 1, length - colon - 1));
        return new ClientCredentials(
            clientId,
            ClientAuthenticationMethods.ClientSecretBasic,
            decoded is null || decoded == raw ? [raw] : [decoded, raw]
        );
    }
}
