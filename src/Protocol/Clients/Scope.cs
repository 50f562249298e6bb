namespace Postern.Protocol;

/// <summary>A list of scope values without order or repetition (RFC 6749 §3.3), written in ordinal order.</summary>
public sealed class Scope : IEquatable<Scope>
{
    /// <summary>Most values in one scope that comes from outside.</summary>
    public const int MaxCount = 64;

    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";
    public const string Address = "address";
    public const string Phone = "phone";
    public const string OfflineAccess = "offline_access";

    /// <summary>The scope values that OpenID Connect Core §5.4 and §11 define.</summary>
    public static Scope OpenIdConnect { get; } = new([OpenId, Profile, Email, Address, Phone, OfflineAccess]);

    /// <summary>Just <c>offline_access</c>.</summary>
    public static Scope Offline { get; } = new([OfflineAccess]);

    /// <summary>What nobody is given who has not asked for it.</summary>
    public static Scope OnlyAskedFor { get; } = new([OpenId, OfflineAccess]);

    public static Scope Empty { get; } = new([]);

    private readonly SortedSet<string> values;

    private Scope(IEnumerable<string> values) => this.values = new SortedSet<string>(values, StringComparer.Ordinal);

    /// <summary>Of values that are known to be well-formed.</summary>
    internal static Scope Of(IEnumerable<string> values) => new(values);

    /// <summary>
    /// Whether a value is rather several, joined by something else than spaces. It may stand in a scope (RFC 6749 appendix A.4), and
    /// who registers it does not mean it.
    /// </summary>
    public bool HasJoinedValues =>
        values.Any(value => value.AsSpan().ContainsAny(',', ';')
            || (value.StartsWith(OpenId, StringComparison.Ordinal) && value.AsSpan(OpenId.Length) is ['+' or '%' or '|' or '&', ..]));

    public bool IsEmpty => values.Count == 0;

    public IReadOnlyCollection<string> Values => values;

    /// <summary>Null for a value outside NQCHAR (RFC 6749 appendix A.4) or too many values.</summary>
    /// <param name="text">Values separated by spaces.</param>
    /// <param name="maxCount">What was put together here, such as all that a person has allowed, may have more than <see cref="MaxCount"/>.</param>
    public static Scope? TryParse(string? text, int maxCount = MaxCount)
    {
        var values = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return values.Length <= maxCount && values.All(IsScopeToken) ? new Scope(values) : null;
    }

    public bool Contains(string value) => values.Contains(value);

    public bool IsSubsetOf(Scope other) => values.IsSubsetOf(other.values);

    public Scope Intersect(Scope other) => new(values.Where(other.values.Contains));

    public Scope Except(Scope other) => new(values.Where(value => !other.values.Contains(value)));

    public Scope Union(Scope other) => new(values.Concat(other.values));

    public override string ToString() => string.Join(' ', values);

    public bool Equals(Scope? other) => other is not null && values.SetEquals(other.values);

    public override bool Equals(object? obj) => Equals(obj as Scope);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool IsScopeToken(string value) => value.All(c => c is '\x21' or (>= '\x23' and <= '\x5B') or (>= '\x5D' and <= '\x7E'));
}
