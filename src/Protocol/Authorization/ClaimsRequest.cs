using System.Text;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5), as far as this server acts on it.</summary>
public sealed record ClaimsRequest
{
    public const string Parameter = "claims";

    /// <summary>Longest value, in characters.</summary>
    public const int MaxLength = 4096;

    private const int MaxDepth = 8;

    public static ClaimsRequest None { get; } = new();

    private ClaimsRequest() { }

    /// <summary>Claims asked for at the userinfo endpoint.</summary>
    public IReadOnlyCollection<string> UserInfo { get; private init; } = [];

    /// <summary>Claims asked for in the ID token.</summary>
    public IReadOnlyCollection<string> IdToken { get; private init; } = [];

    /// <summary>The end-users of whom one must be signed in (§5.5.1); null where it does not matter who.</summary>
    public IReadOnlyCollection<string>? Subjects { get; private init; }

    /// <summary>The values of <c>acr</c> that would be nice (§5.5.1.1).</summary>
    public IReadOnlyCollection<string> Acr { get; private init; } = [];

    /// <summary>Those of which one is essential (§5.5.1.1); null: no value is.</summary>
    public IReadOnlyCollection<string>? EssentialAcr { get; private init; }

    /// <summary>Reads the parameter; absent means nothing is requested.</summary>
    public static Result<ClaimsRequest> Parse(string? json)
    {
        if (json is null)
            return None;
        if (json.Length > MaxLength)
            return OAuthError.InvalidRequest("The claims parameter is too long.");
        return Strict.JsonObjectOrNull(Encoding.UTF8.GetBytes(json), MaxDepth) is { } root && Read(root) is { } claims ? claims : Malformed();
    }

    /// <summary>The scopes that would release the same claims (§5.4).</summary>
    public Scope ImpliedScope => UserClaims.ScopeReleasing([.. UserInfo, .. IdToken]);

    /// <summary>
    /// Without the claims that are unknown or that no scope of <paramref name="allowed"/> releases: by naming a claim, a
    /// client gets no more than its registration has.
    /// </summary>
    public ClaimsRequest Within(Scope allowed) =>
        this with
        {
            UserInfo = [.. UserInfo.Where(claim => UserClaims.IsReleasedBy(allowed, claim))],
            IdToken = [.. IdToken.Where(claim => UserClaims.IsReleasedBy(allowed, claim))],
        };

    /// <summary>A parameter that asks for the same claims; null where there are none.</summary>
    public string? ToParameter()
    {
        if (UserInfo.Count + IdToken.Count == 0)
            return null;
        return Encoding.UTF8.GetString(Json.Object(writer =>
        {
            WriteMembers(writer, "userinfo", UserInfo);
            WriteMembers(writer, "id_token", IdToken);
        }));
    }

    private static OAuthError Malformed() => OAuthError.InvalidRequest("The claims parameter is malformed (OpenID Connect Core 5.5).");

    private static ClaimsRequest? Read(JsonElement root)
    {
        if (Members(root, "userinfo") is not { } userInfo || Members(root, "id_token") is not { } idToken)
            return null;
        var acr = idToken.GetValueOrDefault("acr");
        // What is no text is no value that there could be.
        var isAcrNamed = !TryValues(acr, out var acrValues) || acrValues is not null;
        IReadOnlyCollection<string>? subjects = null;
        foreach (var sub in new[] { idToken.GetValueOrDefault("sub"), userInfo.GetValueOrDefault("sub") })
        {
            if (!TryValues(sub, out var values))
                return null;
            subjects = values is not null && subjects is not null ? [.. values.Intersect(subjects)] : values ?? subjects;
        }
        return new ClaimsRequest
        {
            UserInfo = userInfo.Keys,
            IdToken = idToken.Keys,
            Subjects = subjects,
            Acr = acrValues ?? [],
            EssentialAcr = isAcrNamed && IsEssential(acr) ? acrValues ?? [] : null,
        };
    }

    private static bool IsEssential(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.Object && claim.TryGetProperty("essential", out var essential) && essential.ValueKind == JsonValueKind.True;

    private static Dictionary<string, JsonElement>? Members(JsonElement root, string name)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (!root.TryGetProperty(name, out var requested) || requested.ValueKind == JsonValueKind.Null)
            return members;
        if (requested.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var claim in requested.EnumerateObject())
        {
            if (claim.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object))
                return null;
            members[claim.Name] = claim.Value.Clone();
        }
        return members;
    }

    private static void WriteMembers(Utf8JsonWriter writer, string name, IEnumerable<string> claims)
    {
        writer.WriteStartObject(name);
        foreach (var claim in claims)
            writer.WriteNull(claim);
        writer.WriteEndObject();
    }

    // False: value or values is not what it has to be. Null: neither is there.
    private static bool TryValues(JsonElement claim, out IReadOnlyCollection<string>? values)
    {
        values = null;
        if (claim.ValueKind != JsonValueKind.Object)
            return true;
        JsonElement[] wanted = claim.TryGetProperty("value", out var one) ? [one] : [];
        if (claim.TryGetProperty("values", out var several))
        {
            if (several.ValueKind != JsonValueKind.Array)
                return false;
            wanted = [.. wanted, .. several.EnumerateArray()];
        }
        else if (wanted is [])
        {
            return true;
        }
        values = [.. wanted.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)];
        return values.Count == wanted.Length;
    }
}
