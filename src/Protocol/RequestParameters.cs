namespace Postern.Protocol;

/// <summary>
/// The parameters of one request, decoded strictly from <c>application/x-www-form-urlencoded</c>. A parameter without
/// a value counts as omitted and none may stand twice (RFC 6749 §3.1, §3.2).
/// </summary>
public sealed class RequestParameters
{
    /// <summary>Longest query or body that is read, in bytes.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>Most parameters in one request.</summary>
    public const int MaxCount = 64;

    private const string Resource = "resource";

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> repeated = new(StringComparer.Ordinal);

    private RequestParameters() { }

    /// <summary>The parameter's value, or null where it is absent, empty or repeated.</summary>
    public string? this[string name] =>
        values.TryGetValue(name, out var value) && value.Length > 0 && !repeated.Contains(name) ? value : null;

    /// <summary>Whether the parameter stands more than once.</summary>
    public bool Repeats(string name) => repeated.Contains(name);

    /// <summary>The names that stand in the request, with or without a value.</summary>
    internal IEnumerable<string> Names => values.Keys;

    /// <summary>
    /// Refuses a request in which any parameter stands more than once (RFC 6749 §3.1), but for <c>resource</c>, which may
    /// (RFC 8707 §2) and which is not understood here.
    /// </summary>
    public OAuthError? RefusesRepeats() =>
        repeated.All(name => name == Resource) ? null : OAuthError.InvalidRequest("A parameter is included more than once.");

    /// <summary>Parses a query (without its question mark) or a form body.</summary>
    /// <returns><c>invalid_request</c> for bad percent-encoding, bytes that are not UTF-8, control characters, or too much of anything.</returns>
    public static Result<RequestParameters> Parse(string encoded)
    {
        if (encoded.Length > MaxLength)
            return OAuthError.InvalidRequest("The request is too long.");

        var parameters = new RequestParameters();
        var pairs = encoded.Split('&', StringSplitOptions.RemoveEmptyEntries);
        if (pairs.Length > MaxCount)
            return OAuthError.InvalidRequest("The request has too many parameters.");
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = FormUrlEncoded.Decode(equals < 0 ? pair : pair[..equals]);
            var value = FormUrlEncoded.Decode(equals < 0 ? "" : pair[(equals + 1)..], isJson: name == ClaimsRequest.Parameter);
            if (name is null || value is null)
                return OAuthError.InvalidRequest("A parameter is not valid percent-encoded UTF-8 or has a control character.");
            if (!parameters.values.TryAdd(name, value))
                parameters.repeated.Add(name);
        }
        return parameters;
    }

    /// <summary>Names and decoded values. What is repeated stays so.</summary>
    public IEnumerable<(string Name, string Value)> Pairs =>
        values.Concat(values.Where(pair => repeated.Contains(pair.Key))).Select(pair => (pair.Key, pair.Value));

    /// <summary>The same parameters but one, encoded again.</summary>
    public string Encode(string? except = null) => FormUrlEncoded.Encode(Pairs.Where(pair => pair.Name != except));
}
