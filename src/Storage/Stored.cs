namespace Postern.Storage;

/// <summary>A record as it was read. Only what was read can be changed, and only as long as nobody else has changed it since.</summary>
public sealed class Stored<T>
{
    internal Stored(T value, string etag) => (Value, ETag) = (value, etag);

    public T Value { get; }

    internal string ETag { get; }
}
