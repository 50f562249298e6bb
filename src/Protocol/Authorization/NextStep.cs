namespace Postern.Protocol;

/// <summary>What an authorization request needs next.</summary>
public enum Step
{
    SignIn,
    SelectAccount,
    Consent,
    IssueCode,
    Refuse,
}

/// <summary>The decision of the authorization endpoint: a pure function of the request and what is known of the person.</summary>
/// <param name="Step">What comes next.</param>
/// <param name="Error">The refusal, where the step is one.</param>
public sealed record NextStep(Step Step, OAuthError? Error = null)
{
    /// <summary>Decides in the order of OpenID Connect Core §3.1.2.3 and §3.1.2.4.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hintedSubject">The subject of a verified id_token_hint.</param>
    /// <param name="session">The browser's session if it is good, with its user not disabled.</param>
    /// <param name="consent">What the person has allowed this client before.</param>
    /// <param name="interaction">What the person has done for this request.</param>
    /// <param name="now">The current time.</param>
    public static NextStep Of(
        AuthorizationRequest request,
        string? hintedSubject,
        Session? session,
        Consent? consent,
        Interaction? interaction,
        DateTimeOffset now
    )
    {
        if (interaction?.Consented == false)
            return Refuse(OAuthError.AccessDenied("The end-user denied the request."));
        if (session is null)
            return Ask(request, Step.SignIn, OAuthError.LoginRequired("no session"));

        var chosenHere = interaction?.Session == session.Id;
        var isFresh = chosenHere && interaction!.Reauthenticated;
        if (NeedsReauthentication(request, session, now, isFresh))
            return Ask(request, Step.SignIn, OAuthError.LoginRequired("prompt=login or max_age"));
        if (StepsUp(request, session, isFresh) is { } stepUp)
            return stepUp;
        if ((hintedSubject is not null && hintedSubject != session.Subject) || request.Claims.Subjects?.Contains(session.Subject) == false)
        {
            var error = OAuthError.LoginRequired("another end-user is signed in than the client asked for");
            return chosenHere ? Refuse(error) : Ask(request, Step.SignIn, error);
        }
        if (request.Prompt.HasFlag(Prompt.SelectAccount) && !chosenHere)
            return new NextStep(Step.SelectAccount);
        if (NeedsConsent(request, consent) && !(chosenHere && interaction!.Allows(request.Disclosure)))
            return Ask(request, Step.Consent, OAuthError.ConsentRequired());
        return new NextStep(Step.IssueCode);
    }

    // Between the sign-in and the code there are always two requests: a person on a slow line would sign in again and again.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    // A max_age of zero is the same as login (§3.1.2.1): to have signed in for this request is enough. A longer one is an age
    // that a relying party checks in the ID token, however long the pages took.
    private static bool NeedsReauthentication(AuthorizationRequest request, Session session, DateTimeOffset now, bool isFresh) =>
        request.MaxAge is { } age && age > TimeSpan.Zero && now - session.AuthTime > (isFresh && age < Moment ? Moment : age)
        || (request.Prompt.HasFlag(Prompt.Login) || request.MaxAge == TimeSpan.Zero) && !isFresh;

    // RFC 9470 §5: to prove more takes a sign-in. What was not proved there cannot be had; what would only be nice is then left.
    private static NextStep? StepsUp(AuthorizationRequest request, Session session, bool isFresh)
    {
        if (request.AcrValues.Count == 0 || AuthenticationContexts.Meets(session.Amr, request.AcrValues))
            return null;
        var isEssential = request.Claims.EssentialAcr is not null;
        if (!isFresh && (isEssential || !request.Prompt.HasFlag(Prompt.None)))
            return Ask(request, Step.SignIn, OAuthError.LoginRequired("another acr than the session's is asked for"));
        return isEssential ? Refuse(OAuthError.UnmetAuthenticationRequirements()) : null;
    }

    private static bool NeedsConsent(AuthorizationRequest request, Consent? consent)
    {
        if (request.Prompt.HasFlag(Prompt.Consent))
            return true;
        if (!request.Client.RequireConsent && !request.Client.IsPublic)
            return false;
        // Whatever listens on a loopback port or claims a private-use scheme could be anybody's app, so a public
        // client is remembered only where https vouches for it (RFC 8252 §8.6).
        var assured = !request.Client.IsPublic || request.Redirect.Uri.StartsWith("https:", StringComparison.Ordinal);
        return !(assured && consent is not null && request.Disclosure.IsSubsetOf(consent.ScopeFor(request.Client)));
    }

    private static NextStep Ask(AuthorizationRequest request, Step step, OAuthError otherwise) =>
        request.Prompt.HasFlag(Prompt.None) ? Refuse(otherwise) : new NextStep(step);

    private static NextStep Refuse(OAuthError error) => new(Step.Refuse, error);
}
