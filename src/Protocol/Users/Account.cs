namespace Postern.Protocol;

/// <summary>A person and what they have allowed one client.</summary>
/// <param name="User">The person.</param>
/// <param name="Consent">Null: nothing was ever asked, as with the operator's own apps, or all was forgotten.</param>
public sealed record Account(User User, Consent? Consent)
{
    /// <summary>Whether what was authorized at <paramref name="instant"/> still counts.</summary>
    public bool Honours(DateTimeOffset instant) => User.Honours(instant) && !(instant < Consent?.NotBefore);
}
