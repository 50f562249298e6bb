using System.Text.Json;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>What a grant answers: what was authorized, and nothing of how it is signed or sent.</summary>
internal sealed record Authorization
{
    /// <summary>The person, or the client itself.</summary>
    public required string Subject { get; init; }

    /// <summary>What was authorized.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What the access token is for, as the endpoint has found out; null: the client's own audience.</summary>
    public Resource? Resource { get; init; }

    /// <summary>The scope of the access token: of what was authorized, that which its resource has.</summary>
    public Scope TokenScope => Resource is null ? Scope : Scope.Intersect(Resource.Scope);

    /// <summary>What the person granted; null for client credentials.</summary>
    public Grant? Grant { get; init; }

    /// <summary>When what it was got by ends, and with it the tokens; null: their lifetimes alone say.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The generation of the refresh token that goes with the tokens; null where none does.</summary>
    public int? RefreshGeneration { get; init; }

    /// <summary>The nonce for the ID token; a refreshed one has none (OpenID Connect Core §12.2).</summary>
    public string? Nonce { get; init; }

    /// <summary>The person's claims for the ID token.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> IdTokenClaims { get; init; } = [];

    /// <summary>What the client gave for it; null where it was not exchanged.</summary>
    public Exchange? Exchange { get; init; }

    /// <summary>What was decided of a token that counts.</summary>
    public static Authorization Of(Exchange exchange, string subject, Grant? grant) =>
        new()
        {
            Subject = subject,
            Scope = exchange.Scope,
            Grant = grant,
            NotAfter = exchange.ExpiresAt,
            Exchange = exchange,
        };

    /// <summary>
    /// Uses up the code or the refresh token, once the tokens are signed and before anybody sees them: an outage of the
    /// keys then costs a retry and not the grant, and whoever comes second is refused.
    /// </summary>
    public Func<Task<Result<Consumed>>> ConsumeAsync { get; init; } = () => Task.FromResult<Result<Consumed>>(new Consumed(null));
}

/// <param name="RefreshToken">The refresh token to hand out, if one is due.</param>
internal sealed record Consumed(Handle? RefreshToken);
