namespace Postern.Protocol;

/// <summary>
/// What waits for a person: an authorization request, or a page of this server that is for who is signed in. It belongs to the browser
/// that brought it, and records what the person has done for it; each step returns to where it came from, which alone decides
/// what comes next.
/// </summary>
public sealed record Interaction
{
    public required RowId Id { get; init; }

    /// <summary>SHA-256 of the secret in the browser's cookie (attack: a link to somebody else's interaction).</summary>
    public required byte[] BrowserHash { get; init; }

    /// <summary>The path to which the steps return, of <see cref="Paths"/>: the authorization endpoint, or the page.</summary>
    public string ReturnTo { get; init; } = Paths.Authorize;

    /// <summary>
    /// The request as encoded by <see cref="RequestParameters.Encode"/>, without its id_token_hint; checked
    /// again at each return.
    /// </summary>
    public required string Parameters { get; init; }

    /// <summary>The subject of the id_token_hint.</summary>
    public string? HintedSubject { get; init; }

    /// <summary>When what the person did in it stops to count.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The session which the person created, chose or consented in here. What they did counts for no other.</summary>
    public RowId? Session { get; init; }

    /// <summary>Whether they proved anew who they are, as <c>prompt=login</c> and <c>max_age</c> ask.</summary>
    public bool Reauthenticated { get; init; }

    /// <summary>What they answered on the consent page; null: not yet.</summary>
    public bool? Consented { get; init; }

    /// <summary>What the consent page showed when they answered.</summary>
    public Scope Shown { get; init; } = Scope.Empty;

    /// <summary>Whether they have allowed all of this here.</summary>
    public bool Allows(Scope scope) => Consented == true && scope.IsSubsetOf(Shown);

    /// <summary>Whether they have answered for all of this here, one way or the other. Of two answers only the first counts.</summary>
    public bool HasAnswerFor(Scope scope) => Consented == false || Allows(scope);

    /// <summary>The same for a session. Another one than before has proved and consented to nothing yet.</summary>
    public Interaction In(RowId session) => Session == session ? this : this with { Session = session, Reauthenticated = false, Consented = null };

    /// <summary>The same once they have signed in. The same person need not answer again what they have answered here.</summary>
    /// <param name="session">The new session.</param>
    /// <param name="isSamePerson">Whether its person is that of the session before.</param>
    public Interaction SignedIn(RowId session, bool isSamePerson) =>
        (isSamePerson ? this with { Session = session } : In(session)) with { Reauthenticated = true };

    /// <summary>Whether the client has had its answer. It gets one.</summary>
    public bool Completed { get; init; }

    /// <summary>Whether what the person did in it counts.</summary>
    public bool IsOpen(DateTimeOffset now) => !Completed && now < ExpiresAt;
}
