namespace Postern.Protocol;

/// <summary>A token of a trusted issuer, to be exchanged.</summary>
public static class ForeignToken
{
    // OpenID Connect Core §2: a subject has at most 255 characters.
    private const int MaxSubject = 255;

    /// <summary>
    /// The token in the shape of one of ours: its issuer's, and of the scope that the client's registration gives the subject, for scopes of
    /// others say nothing here. Null, with a reason for the log, where the client trusts no such subject.
    /// </summary>
    public static AccessToken? TryRead(VerifiedAssertion assertion, TrustedIssuer issuer, Client client, string own, out string? problem)
    {
        var about = client.TrustedSubjects.Where(subject => subject.Is(assertion, issuer)).ToArray();
        problem = about.Length == 0 ? $"its {issuer.SubjectClaim} is {Shown.Text(assertion.Claim(issuer.SubjectClaim))}, which is not trusted" : null;
        if (problem is null && (assertion.Claim(issuer.SubjectClaim) ?? "").Length is 0 or > MaxSubject)
            problem = $"its {issuer.SubjectClaim} is missing or has more than {MaxSubject} characters";
        Actor? act = null;
        if (problem is null && !Actor.TryRead(assertion.Member(Actor.Claim), issuer.Issuer, out act))
            problem = "its act is malformed";
        if (problem is not null)
            return null;
        return new AccessToken
        {
            Issuer = issuer.Issuer,
            Subject = assertion.Claim(issuer.SubjectClaim)!,
            ClientId = issuer.Issuer,
            Audience = [own],
            Scope = about.Aggregate(Scope.Empty, (scope, one) => scope.Union(one.Scope)),
            IssuedAt = default,
            ExpiresAt = assertion.ExpiresAt,
            Id = assertion.Id ?? "",
            Act = act,
            MayAct = assertion.Member(MayAct.Claim)?.Clone(),
        };
    }

    /// <summary>By what the subject of a token is known here: who is somebody elsewhere is nobody of ours of the same name.</summary>
    public static string SubjectOf(AccessToken token, string own) => token.Issuer == own ? token.Subject : $"{token.Issuer}#{token.Subject}";
}
