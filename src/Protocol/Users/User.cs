namespace Postern.Protocol;

/// <summary>A person who can sign in.</summary>
public sealed record User
{
    /// <summary>PBKDF2-HMAC-SHA512 iterations of PasswordHasher: OWASP Password Storage Cheat Sheet's figure for it.</summary>
    public const int PasswordIterations = 210_000;

    /// <summary>The <c>sub</c>: opaque, random, never reused, from another space than client ids (RFC 9700 §4.15).</summary>
    public required string Subject { get; init; }

    /// <summary>What the person types; see <see cref="LoginName"/>.</summary>
    public required string Login { get; init; }

    /// <summary>ASP.NET Core Identity's format; null: cannot sign in with a password.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Standard claims (OpenID Connect Core §5.1) without <c>sub</c>.</summary>
    public UserClaims Claims { get; init; } = UserClaims.Empty;

    public bool Disabled { get; init; }

    /// <summary>
    /// Sessions and grants carry the one under which they began, so another one ends them all. It is random, as no two
    /// machines agree on the time; empty until something was ended.
    /// </summary>
    public string Stamp { get; init; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether the session still counts for this person.</summary>
    public bool Honours(Session session) => !Disabled && session.Stamp == Stamp;

    /// <summary>What a page calls them: their name, where it can be shown.</summary>
    public string DisplayName => Claims.Text(UserClaims.Name) is { } name && VisibleText.IsGood(name) ? name : Login;

    /// <summary>Holds a password hash, so it says only whose.</summary>
    public override string ToString() => $"{nameof(User)} {Subject}";
}
