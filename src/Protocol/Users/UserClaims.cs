using System.Text;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>The claims about a person that this server keeps, by their names in OpenID Connect Core §5.1.</summary>
public sealed class UserClaims
{
    public const string Email = "email";
    public const string EmailVerified = "email_verified";
    public const string Name = "name";
    public const string UpdatedAt = "updated_at";

    private const int MaxDepth = 8;

    // Claim, the scope that releases it (§5.4), and its JSON type. updated_at is not kept: it is the row's own.
    private static readonly (string Claim, string Scope, JsonValueKind Kind)[] Registered =
    [
        (Name, Scope.Profile, JsonValueKind.String),
        ("given_name", Scope.Profile, JsonValueKind.String),
        ("family_name", Scope.Profile, JsonValueKind.String),
        ("middle_name", Scope.Profile, JsonValueKind.String),
        ("nickname", Scope.Profile, JsonValueKind.String),
        ("preferred_username", Scope.Profile, JsonValueKind.String),
        ("profile", Scope.Profile, JsonValueKind.String),
        ("picture", Scope.Profile, JsonValueKind.String),
        ("website", Scope.Profile, JsonValueKind.String),
        ("gender", Scope.Profile, JsonValueKind.String),
        ("birthdate", Scope.Profile, JsonValueKind.String),
        ("zoneinfo", Scope.Profile, JsonValueKind.String),
        ("locale", Scope.Profile, JsonValueKind.String),
        (UpdatedAt, Scope.Profile, JsonValueKind.Number),
        (Email, Scope.Email, JsonValueKind.String),
        (EmailVerified, Scope.Email, JsonValueKind.True),
        ("address", Scope.Address, JsonValueKind.Object),
        ("phone_number", Scope.Phone, JsonValueKind.String),
        ("phone_number_verified", Scope.Phone, JsonValueKind.True),
    ];

    private readonly Dictionary<string, JsonElement> values;

    private UserClaims(Dictionary<string, JsonElement> values) => this.values = values;

    public static UserClaims Empty { get; } = new([]);

    /// <summary>Names of all claims that can be released: <c>claims_supported</c>.</summary>
    public static IEnumerable<string> Supported => Registered.Select(row => row.Claim);

    /// <summary>The scope values that release the claims (§5.4); unknown claims have none.</summary>
    public static Scope ScopeReleasing(IReadOnlyCollection<string> claims) =>
        Scope.Of(Registered.Where(row => claims.Contains(row.Claim)).Select(row => row.Scope));

    /// <summary>Whether the claim is known and a value of the scope releases it (§5.4).</summary>
    public static bool IsReleasedBy(Scope scope, string claim) =>
        ScopeReleasing([claim]) is { IsEmpty: false } releasing && releasing.IsSubsetOf(scope);

    /// <summary>Parses a JSON object of registered claims.</summary>
    /// <returns>Null, with a sentence in <paramref name="problem"/>, for anything else.</returns>
    public static UserClaims? TryParse(string json, out string? problem)
    {
        if (Strict.JsonObjectOrNull(Encoding.UTF8.GetBytes(json), MaxDepth) is not { } claims)
        {
            problem = "The claims must be a JSON object in which nothing stands twice.";
            return null;
        }
        problem = claims.EnumerateObject().Select(ProblemWith).FirstOrDefault(found => found is not null);
        return problem is null ? new UserClaims(claims.EnumerateObject().ToDictionary(claim => claim.Name, claim => claim.Value)) : null;
    }

    /// <summary>Why a text in them can be no name, address or the like, in a sentence; null where all can, or were there before.</summary>
    public string? ProblemWithTexts(UserClaims before)
    {
        var texts = values.Where(claim => claim.Value.ValueKind == JsonValueKind.String && claim.Value.GetString() != before.Text(claim.Key));
        var bad = texts.FirstOrDefault(claim => !VisibleText.IsGood(claim.Value.GetString()!)).Key;
        return bad is null ? null : $"The claim '{bad}' must have {VisibleText.Rule}.";
    }

    /// <summary>The same claims with one more or another value; null removes it.</summary>
    public UserClaims With(string claim, JsonElement? value)
    {
        var changed = new Dictionary<string, JsonElement>(values, StringComparer.Ordinal);
        if (value is { } set)
            changed[claim] = set;
        else
            changed.Remove(claim);
        return new UserClaims(changed);
    }

    public string? Text(string claim) =>
        values.TryGetValue(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The claims that a scope releases (§5.4) and those asked for by name (§5.5), as far as they are known.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> Released(Scope scope, IReadOnlyCollection<string> requested) =>
        from row in Registered
        where values.ContainsKey(row.Claim) && (scope.Contains(row.Scope) || requested.Contains(row.Claim))
        select KeyValuePair.Create(row.Claim, values[row.Claim]);

    public string ToJson()
    {
        return Encoding.UTF8.GetString(Json.Object(writer =>
        {
            writer.WriteMembers(values);
        }));
    }

    private static string? ProblemWith(JsonProperty property)
    {
        var row = Registered.FirstOrDefault(row => row.Claim == property.Name);
        if (row.Claim is null || row.Claim == UpdatedAt)
            return $"'{property.Name}' is not a claim that can be set; the claims are {string.Join(", ", Supported.Except([UpdatedAt]))}.";
        var kind = property.Value.ValueKind == JsonValueKind.False ? JsonValueKind.True : property.Value.ValueKind;
        return kind == row.Kind ? null : $"The claim '{row.Claim}' has the wrong JSON type (OpenID Connect Core §5.1).";
    }
}
