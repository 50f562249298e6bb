namespace Postern.Protocol;

/// <summary>
/// The parameters of one request, decoded strictly from <c>application/x-www-form-urlencoded</c>. A parameter without
/// a value counts as omitted and none may stand twice (RFC 6749 §3.1, §3.2). What is wrong with one spoils neither the others
/// nor where the refusal goes: it is remembered, and told by <see cref="Refuses"/> once the client can be told.
/// </summary>
public sealed class RequestParameters
{
    /// <summary>Longest query or body that is read, in bytes.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>Most parameters in one request.</summary>
    public const int MaxCount = 64;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    // What stands there beside the first, of the one parameter that may be repeated.
    private readonly List<string> moreResources = [];

    private readonly HashSet<string> repeated = new(StringComparer.Ordinal);
    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);
    private bool hasUnreadableName;
    private bool hasTooMany;

    private RequestParameters() { }

    /// <summary>The parameter's value, or null where it is absent, empty, repeated or unreadable.</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 && !Repeats(name) ? value : null;

    /// <summary>All values of a parameter, in their order; more than one of <c>resource</c> alone (RFC 8707 §2).</summary>
    public IEnumerable<string> All(string name) =>
        name == Parameters.Resource
            ? moreResources.Prepend(values.GetValueOrDefault(name, "")).Where(value => value.Length > 0)
            : this[name] is { } only ? [only] : [];

    /// <summary>Whether the parameter stands more than once.</summary>
    public bool Repeats(string name) => repeated.Contains(name);

    /// <summary>Whether what stands there is broken percent-encoding, not UTF-8, or has a control character.</summary>
    public bool IsUnreadable(string name) => unreadable.Contains(name);

    /// <summary>The names that stand in the request, with or without a value.</summary>
    internal IEnumerable<string> Names => values.Keys.Concat(unreadable);

    /// <summary>
    /// Refuses a request that is malformed anywhere (RFC 6749 §4.1.2.1, §5.2), or in which any parameter stands more than once
    /// (§3.1) but <c>resource</c>, which may (RFC 8707 §2).
    /// </summary>
    public OAuthError? Refuses() =>
        RefusesUnreadable()
        ?? (repeated.All(name => name == Parameters.Resource) ? null : OAuthError.InvalidRequest("A parameter is included more than once."));

    /// <summary>
    /// Refuses what is not well-formed (RFC 6749 appendix B), be the parameter known or not: only what can be read can be ignored.
    /// </summary>
    public OAuthError? RefusesUnreadable()
    {
        if (hasTooMany)
            return OAuthError.InvalidRequest("The request has too many parameters.");
        return hasUnreadableName || unreadable.Count > 0
            ? OAuthError.InvalidRequest("A parameter is not valid percent-encoded UTF-8 or has a control character.")
            : null;
    }

    /// <summary>Parses a query (without its question mark) or a form body.</summary>
    /// <returns><c>invalid_request</c> for what is too long to be read.</returns>
    public static Result<RequestParameters> Parse(string encoded)
    {
        if (encoded.Length > MaxLength)
            return OAuthError.InvalidRequest("The request is too long.");

        var pairs = encoded.Split('&', StringSplitOptions.RemoveEmptyEntries);
        var parameters = new RequestParameters { hasTooMany = pairs.Length > MaxCount };
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (FormUrlEncoded.Decode(equals < 0 ? pair : pair[..equals]) is { } name)
                parameters.Add(name, FormUrlEncoded.DecodeText(equals < 0 ? "" : pair[(equals + 1)..]));
            else
                parameters.hasUnreadableName = true;
        }
        return parameters;
    }

    /// <summary>Names and decoded values. What is repeated stays so.</summary>
    public IEnumerable<(string Name, string Value)> Pairs =>
        [
            .. values.Select(pair => (pair.Key, pair.Value)),
            .. values.Where(pair => Repeats(pair.Key) && pair.Key != Parameters.Resource).Select(pair => (pair.Key, pair.Value)),
            .. moreResources.Select(value => (Parameters.Resource, value)),
        ];

    /// <summary>The same parameters but one, encoded again.</summary>
    public string Encode(string? except = null) => FormUrlEncoded.Encode(Pairs.Where(pair => pair.Name != except));

    private void Add(string name, string? value)
    {
        var isReadable = value is not null && !value.Any(one => IsForbidden(name, one));
        if (values.ContainsKey(name) || IsUnreadable(name))
            repeated.Add(name);
        if (!isReadable)
            unreadable.Add(name);
        else if (!values.TryAdd(name, value!) && name == Parameters.Resource)
            moreResources.Add(value!);
    }

    // JSON may have tabs and line breaks (RFC 8259 §2).
    private static bool IsForbidden(string name, char one) =>
        char.IsControl(one) && !(name == ClaimsRequest.Parameter && one is '\t' or '\n' or '\r');
}
