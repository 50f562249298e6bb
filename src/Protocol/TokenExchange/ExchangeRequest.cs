namespace Postern.Protocol;

/// <summary>A token exchange request whose form is right (RFC 8693 §2.1).</summary>
public sealed record ExchangeRequest
{
    public const string SubjectTokenParameter = "subject_token";
    public const string ActorTokenParameter = "actor_token";

    private const string SubjectTokenTypeParameter = "subject_token_type";
    private const string ActorTokenTypeParameter = "actor_token_type";
    private const string RequestedTokenTypeParameter = "requested_token_type";

    public required TypedToken Subject { get; init; }

    /// <summary>Null: the client acts itself, or nobody does.</summary>
    public TypedToken? Actor { get; init; }

    /// <summary>One of <see cref="TokenTypes.Issued"/>.</summary>
    public required string RequestedTokenType { get; init; }

    /// <summary>Null: the only one there is.</summary>
    public string? Target { get; init; }

    public required Scope Scope { get; init; }

    public static Result<ExchangeRequest> Parse(RequestParameters parameters)
    {
        if (!Token(parameters, SubjectTokenParameter, SubjectTokenTypeParameter).Succeeds(out var subject, out var refusal))
            return refusal;
        if (subject.Text.Length == 0)
            return OAuthError.InvalidRequest("subject_token is missing.");
        if (!Token(parameters, ActorTokenParameter, ActorTokenTypeParameter).Succeeds(out var actor, out refusal))
            return refusal;
        if (!TargetOf(parameters).Succeeds(out var target, out refusal))
            return refusal;
        var requested = parameters[RequestedTokenTypeParameter] ?? TokenTypes.AccessToken;
        if (!TokenTypes.Issued.Contains(requested))
            return OAuthError.InvalidRequest("requested_token_type can be access_token or jwt, by its URN.")
                .Because($"requested_token_type {Shown.Text(requested)} is none of {string.Join(", ", TokenTypes.Issued)}");
        var scope = parameters[Parameters.Scope];
        return Scope.TryParse(scope) is { } parsed
            ? new ExchangeRequest
            {
                Subject = subject,
                Actor = actor.Text.Length == 0 ? null : actor,
                RequestedTokenType = requested,
                Target = target.Length == 0 ? null : target,
                Scope = parsed,
            }
            : OAuthError.InvalidScope("The scope is malformed.").Because(Advice.MalformedScope(scope));
    }

    /// <summary>What audience and resource name, which is one, for a token has one audience here (RFC 8707 §2); empty: neither is there.</summary>
    public static Result<string> TargetOf(RequestParameters parameters)
    {
        var named = parameters.All(Parameters.Resource).Concat(parameters.All(Parameters.Audience)).Distinct(StringComparer.Ordinal).ToArray();
        return named.Length > 1 ? OAuthError.InvalidTarget("A token is for one audience or resource only.") : named.FirstOrDefault("");
    }

    private static Result<TypedToken> Token(RequestParameters parameters, string name, string typeName)
    {
        var (text, type) = (parameters[name], parameters[typeName]);
        if (text is null == (type is null))
            return text is null || TokenTypes.Accepted.Contains(type)
                ? new TypedToken(text ?? "", type ?? "")
                : OAuthError.InvalidRequest($"{typeName} can be access_token, id_token or jwt, by its URN.")
                    .Because($"{typeName} {Shown.Text(type)} is none of {string.Join(", ", TokenTypes.Accepted)}");
        return OAuthError.InvalidRequest($"{(text is null ? name : typeName)} is missing.");
    }
}

/// <summary>A token as it came, and what it is said to be; both empty where there is none.</summary>
/// <param name="Text">Anything.</param>
/// <param name="Type">One of <see cref="TokenTypes.Accepted"/>.</param>
public sealed record TypedToken(string Text, string Type)
{
    /// <summary>Holds a token, so it says only what it is.</summary>
    public override string ToString() => Type;
}
