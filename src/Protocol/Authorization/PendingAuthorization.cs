namespace Postern.Protocol;

/// <summary>What the person has said.</summary>
public enum PendingState
{
    Pending,
    Approved,
    Denied,
}

/// <summary>
/// An authorization that a client has asked for on its back channel, and that a person answers in a browser of their own, while the
/// client asks again and again whether they have (RFC 8628 §1, CIBA Core §5).
/// </summary>
public sealed record PendingAuthorization
{
    /// <summary>What one too hasty question adds to the interval (RFC 8628 §3.5).</summary>
    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5);

    // The service tells the time of an answer in whole seconds.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    public required RowId Id { get; init; }

    /// <summary>By which handle the client asks, and with it by which grant type.</summary>
    public required HandleKind Kind { get; init; }

    /// <summary>SHA-256 of that handle's secret. The grant that comes of it has the same, in place of a code's.</summary>
    public required byte[] SecretHash { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The client's, when it asked.</summary>
    public required string Registration { get; init; }

    /// <summary>Who is asked; null: whoever has the code.</summary>
    public string? Subject { get; init; }

    public required Scope Scope { get; init; }

    /// <summary>What the person sees on both devices, and compares (CIBA Core §7.1).</summary>
    public string? BindingMessage { get; init; }

    /// <summary>With what the client wants to be told of the answer: a secret of its own, good for nothing but that (CIBA Core §7.1).</summary>
    public string? NotificationToken { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The address from which the client asked; null where that is not known.</summary>
    public required string? StartedFrom { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How long the client has to wait between two questions.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the client has asked yet: the first question comes when it likes.</summary>
    public bool IsPolled { get; init; }

    public PendingState State { get; init; } = PendingState.Pending;

    /// <summary>What the person granted, once they have.</summary>
    public RowId? Grant { get; init; }

    /// <summary>How long ago, by the table service's clock, it was written when it was read: while it is pending, the last question.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>
    /// What the person is to be asked for. No resource can be named, for the tokens are for the client's own audience (RFC 8707 §2.1).
    /// </summary>
    public static Result<Scope> ReadScope(RequestParameters parameters, Client client) =>
        parameters.All(Parameters.Resource).Any()
            ? OAuthError.InvalidTarget("resource is not supported here: the tokens are for the audience of the client.")
            : AuthorizationRequest.ReadScope(parameters[Parameters.Scope], client, RequestedResources.None);

    /// <summary>What the person consents to (see <see cref="AuthorizationRequest.Disclosure"/>).</summary>
    public Scope DisclosureFor(Client client) => Scope.Union(client.MayUse(GrantTypes.RefreshToken) ? Scope.Offline : Scope.Empty);

    /// <summary>Whether it is this registration of the client that asked.</summary>
    public bool IsOf(Client client) => ClientId == client.ClientId && Registration == client.Registration;

    /// <summary>Whether the person may still answer.</summary>
    public bool IsOpen(DateTimeOffset now) => State == PendingState.Pending && now < ExpiresAt;

    /// <summary>Has a token, so it says only whose it is.</summary>
    public override string ToString() => $"{nameof(PendingAuthorization)} of {ClientId}";

    /// <summary>What the client is told (RFC 8628 §3.5); null: the person has approved.</summary>
    public OAuthError? Refuses(Handle handle, Client client, DateTimeOffset now)
    {
        if (!Strict.HashEquals(SecretHash, handle.SecretHash) | handle.Kind != Kind | !IsOf(client))
            return OAuthError.InvalidGrant("it is not one of this client's, or the client was registered anew since");
        if (now >= ExpiresAt)
            return OAuthError.ExpiredToken();
        return State switch
        {
            PendingState.Denied => OAuthError.AccessDenied("The end-user denied the request."),
            PendingState.Approved => null,
            _ => IsTooSoon ? OAuthError.SlowDown() : OAuthError.AuthorizationPending(),
        };
    }

    /// <summary>The same once the client has asked: sooner than it may, and it has to wait for longer from now on.</summary>
    public PendingAuthorization Polled() => this with { IsPolled = true, Interval = IsTooSoon ? Interval + SlowDown : Interval };

    private bool IsTooSoon => IsPolled && Age + Tolerance < Interval;
}
