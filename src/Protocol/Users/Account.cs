namespace Postern.Protocol;

/// <summary>A person and what they have allowed one client.</summary>
/// <param name="User">The person.</param>
/// <param name="Consent">Null: nothing was ever asked, as with the operator's own apps, or all was forgotten.</param>
public sealed record Account(User User, Consent? Consent)
{
    /// <summary>Grants carry the one under which they were made; another person's or another consent's ends them.</summary>
    public string Stamp => $"{User.Stamp}.{Consent?.Stamp}";

    /// <summary>Whether the grant still counts.</summary>
    public bool Honours(Grant grant) => !User.Disabled && grant.Stamp == Stamp;
}
