namespace Postern.Storage;

/// <summary>A record as it was read. Only what was read can be changed, and only as long as nobody else has changed it since.</summary>
public sealed class Stored<T>
{
    internal Stored(T value, string etag, DateTimeOffset? readAt = null) => (Value, ETag, ReadAt) = (value, etag, readAt);

    public T Value { get; }

    /// <summary>When it was read by the table service's clock, which is one for all machines; null where that does not say.</summary>
    public DateTimeOffset? ReadAt { get; }

    internal string ETag { get; }
}
