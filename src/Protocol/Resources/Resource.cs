namespace Postern.Protocol;

/// <summary>A resource server that access tokens can be for (RFC 8707 §2), with what is to be had there.</summary>
public sealed record Resource
{
    /// <summary>Longest <see cref="Identifier"/>, in characters.</summary>
    public const int MaxIdentifierLength = 255;

    private const int MaxName = 100;
    private const int MaxWords = 200;

    /// <summary>An absolute URI without a fragment, compared by each character; the <c>aud</c> of its tokens.</summary>
    public required string Identifier { get; init; }

    /// <summary>What people read on the consent page.</summary>
    public required string Name { get; init; }

    /// <summary>Its scope values, each with what it allows, in words that people read as a line of a list.</summary>
    public required IReadOnlyDictionary<string, string> Scopes { get; init; }

    /// <summary>Of access tokens for it; null: the client's or the server's.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>JWS <c>alg</c> of access tokens for it; null: the client's.</summary>
    public string? SigningAlgorithm { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>All of its scope values.</summary>
    public Scope Scope => Scope.Of(Scopes.Keys);

    /// <summary>
    /// One that nobody has registered: its scopes are those that it is given, without words. By it a client names what its tokens are
    /// for anyway.
    /// </summary>
    public static Resource Unregistered(string identifier, Scope scope) =>
        new()
        {
            Identifier = identifier,
            Name = identifier,
            Scopes = scope.Values.ToDictionary(value => value, _ => ""),
            CreatedAt = default,
        };

    /// <summary>The same with a scope more, whose words everybody knows.</summary>
    public Resource With(Scope known) =>
        this with { Scopes = new Dictionary<string, string>(Scopes.Concat(known.Values.Select(value => KeyValuePair.Create(value, "")))) };

    /// <summary>Whether it can be the identifier of a resource at all (RFC 8707 §2).</summary>
    public static bool IsIdentifier(string text) =>
        text.Length is > 0 and <= MaxIdentifierLength
        && text.All(c => c is > ' ' and <= '~' and not ('"' or '\\' or '#'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        // A path would be a file's URI.
        && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>Every problem with the registration, in sentences for the operator; empty when it may be stored.</summary>
    public static IEnumerable<string> Problems(Resource resource)
    {
        if (!IsIdentifier(resource.Identifier))
            yield return $"The identifier must be an absolute URI without a fragment, of at most {MaxIdentifierLength} characters (RFC 8707 §2).";
        if (!IsText(resource.Name, MaxName))
            yield return $"The name must have 1 to {MaxName} characters: {VisibleText.Rule}.";
        if (resource.Scopes.Count is 0 or > Scope.MaxCount)
            yield return $"A resource has 1 to {Scope.MaxCount} scopes: --scope \"orders:read=Read your orders\".";
        // A column of the table holds 32 K characters.
        if (resource.Scopes.Sum(scope => scope.Key.Length + scope.Value.Length + 2) > 30_000)
            yield return "The scopes and their words together may have at most 30000 characters.";
        foreach (var (value, words) in resource.Scopes)
        {
            if (Scope.TryParse(value) is not { Values.Count: 1 } or { HasJoinedValues: true } || value.Contains('='))
                yield return $"'{value}' is no scope value (RFC 6749 §3.3).";
            else if (Scope.OpenIdConnect.Contains(value))
                yield return $"{value} is OpenID Connect's, and no resource's.";
            if (!IsText(words, MaxWords))
                yield return $"The words for {value} must have 1 to {MaxWords} characters: {VisibleText.Rule}.";
        }
        if (resource.AccessTokenLifetime < Lifetimes.MinAccessToken || resource.AccessTokenLifetime > Lifetimes.MaxAccessToken)
            yield return "The access token lifetime must be between 30 seconds and 1 day.";
        if (resource.SigningAlgorithm is { } algorithm && !SigningAlgorithms.All.Contains(algorithm))
            yield return $"The signing algorithm must be one of {string.Join(", ", SigningAlgorithms.All)}.";
    }

    private static bool IsText(string text, int max) => text.EnumerateRunes().Count() <= max && VisibleText.IsGood(text);
}
