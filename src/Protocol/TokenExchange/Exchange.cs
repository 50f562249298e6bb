namespace Postern.Protocol;

/// <summary>What a client gets for a token. What is due for it is decided by <see cref="ExchangePolicy"/> and nothing else.</summary>
public sealed record Exchange
{
    /// <summary>What was exchanged, and counts.</summary>
    public required AccessToken Subject { get; init; }

    public required Actor? Act { get; init; }

    /// <summary>The one that the new token is for.</summary>
    public required string Audience { get; init; }

    public required Scope Scope { get; init; }

    /// <summary>No later than that of anything that was exchanged for it.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the response calls it; null outside RFC 8693.</summary>
    public string? IssuedTokenType { get; init; }

    /// <summary>Decides on a token exchange (RFC 8693 §2).</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="subject">The subject token, which counts.</param>
    /// <param name="actor">The actor token, likewise; null: there is none.</param>
    /// <param name="own">This server's issuer identifier.</param>
    public static Result<Exchange> Decide(ExchangeRequest request, Client client, AccessToken subject, AccessToken? actor, string own)
    {
        var policy = client.Exchange ?? new ExchangePolicy();
        if (new[] { subject.ClientId, actor?.ClientId ?? subject.ClientId }.Except(policy.From).FirstOrDefault() is { } stranger)
            return OAuthError.InvalidRequest("The client may not exchange tokens of that client.").Because(ExchangeAdvice.From(client, stranger));
        if (policy.To.Where(one => request.Target is null || one.Audience == request.Target).ToArray() is not [var target])
            return OAuthError.InvalidTarget("The client may not have a token for that audience or resource.")
                .Because(ExchangeAdvice.To(client, request.Target));
        if (!Acting(own, client, subject, actor, policy.MayImpersonate).Succeeds(out var acting, out var refusal))
            return refusal;
        var available = subject.Scope.Intersect(target.Scope).Except(Scope.Offline);
        if (!request.Scope.IsSubsetOf(available) || (available.IsEmpty && !target.Scope.IsEmpty))
            return OAuthError.InvalidScope("The scope is wider than that of the subject_token, or than the client may have in exchange.")
                .Because(ExchangeAdvice.Scope(client, request.Scope, subject.Scope, target));
        return new Exchange
        {
            Subject = subject,
            Act = acting.Act,
            Audience = target.Audience,
            Scope = request.Scope.IsEmpty ? available : request.Scope,
            ExpiresAt = actor?.ExpiresAt < subject.ExpiresAt ? actor.ExpiresAt : subject.ExpiresAt,
            IssuedTokenType = request.RequestedTokenType,
        };
    }

    /// <summary>Decides on an on-behalf-of request, in which the client acts for a person whose app has called it.</summary>
    /// <param name="scope">What is asked for; OpenID Connect's values of it are ignored, for libraries always send them.</param>
    /// <param name="audience">The one named for it; null: the one whose scope it is.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="subject">The token that it was called with, which counts.</param>
    public static Result<Exchange> Decide(Scope scope, string? audience, Client client, AccessToken subject)
    {
        var asked = scope.Except(Scope.OpenIdConnect);
        if (OnBehalfOfTarget(asked, audience, client) is not { } target)
            return OAuthError.InvalidScope("The client may not have that scope on behalf of others.")
                .Because(ExchangeAdvice.OnBehalfOf(client, scope));
        if (!Acting(subject.Issuer, client, subject, null, mayImpersonate: false).Succeeds(out var acting, out var refusal))
            return refusal;
        return new Exchange
        {
            Subject = subject,
            Act = acting.Act,
            Audience = target.Audience,
            Scope = asked.IsEmpty || asked.Contains(AllOf(target)) ? target.Scope : asked,
            ExpiresAt = subject.ExpiresAt,
        };
    }

    // The way in which Microsoft's libraries ask for everything that there is for them at an audience.
    private static string AllOf(TokenTarget target) => $"{target.Audience}/.default";

    private static TokenTarget? OnBehalfOfTarget(Scope asked, string? audience, Client client)
    {
        var named = (client.Exchange?.OnBehalfOf ?? []).Where(target => audience is null || target.Audience == audience);
        // One audience a token: of two for which the scope would do, one has to be named.
        return named.Where(target => asked.IsSubsetOf(target.Scope.Union(Scope.Of([AllOf(target)])))).ToArray() is [var only] ? only : null;
    }

    private static Result<Acting> Acting(string own, Client client, AccessToken subject, AccessToken? actor, bool mayImpersonate)
    {
        if (subject.Chain.Count > Actor.MaxDepth)
            return OAuthError.InvalidRequest($"The token has been exchanged {Actor.MaxDepth} times, which is as often as it can be.");
        if (actor?.Act is not null)
            return OAuthError.InvalidRequest("Somebody acts for the subject of the actor_token, so it cannot act itself.");
        var (who, issuer) = actor is null ? (client.ClientId, own) : (actor.Subject, actor.Issuer);
        if (!MayAct.Permits(subject.MayAct, subject.Issuer, who, issuer))
            return OAuthError.InvalidRequest("The subject_token says by may_act that somebody else may act for its subject.");
        // Who acted before is never left out.
        var act = actor is null && mayImpersonate ? subject.Act : new Actor(who, issuer == own ? null : issuer, subject.Act);
        return act?.Depth > Actor.MaxDepth
            ? OAuthError.InvalidRequest($"More than {Actor.MaxDepth} would act for the subject, one behind the other.")
            : new Acting(act);
    }
}

/// <summary>Who acts; null: nobody says.</summary>
internal sealed record Acting(Actor? Act);
