namespace Postern.Protocol;

/// <summary>A client that has to be told of the end of a session, until it has been or too much time has passed.</summary>
public sealed record LogoutDelivery
{
    /// <summary>How often a client is called at most.</summary>
    public const int MaxTries = 9;

    /// <summary>After this nobody is told any more: whoever was out of reach for a day has had its own sessions expire.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    public required RowId Id { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Of the client for which the session was used: another one of the same id is told nothing.</summary>
    public required string Registration { get; init; }

    public required string Subject { get; init; }

    /// <summary>The <c>sid</c> by which the client knows the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>Those that have begun.</summary>
    public required int Tries { get; init; }

    /// <summary>When somebody may try again. Until then whoever counted the last try is at it.</summary>
    public required DateTimeOffset NextAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether there is nothing more to try.</summary>
    public bool IsOver(DateTimeOffset now) => Tries >= MaxTries || now >= ExpiresAt;

    /// <summary>Once another try has begun: after the first a minute, then twice as long each time.</summary>
    public LogoutDelivery Tried(DateTimeOffset now) => this with { Tries = Tries + 1, NextAt = now + TimeSpan.FromMinutes(1 << Tries) };
}
