using System.Collections.Concurrent;

namespace Postern.Local;

/// <summary>How often each operation was asked for, refused requests included: that is what a vault throttles and bills.</summary>
public sealed class VaultCalls
{
    private readonly ConcurrentDictionary<string, int> counts = new();

    /// <param name="operation">get, versions, create, sign, wrapkey, unwrapkey, rotate, update or delete.</param>
    public int this[string operation] => counts.GetValueOrDefault(operation);

    public int Total => counts.Values.Sum();

    public void Reset() => counts.Clear();

    internal void Count(string operation) => counts.AddOrUpdate(operation, 1, (_, count) => count + 1);
}
