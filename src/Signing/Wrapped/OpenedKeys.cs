using System.Security.Cryptography;
using Azure;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>
/// What this instance has opened. Whoever can write to the table can put any public key there, so a row counts once the vault
/// has opened it and its private half fits the public one. Private halves that will not sign are wiped again.
/// </summary>
internal sealed class OpenedKeys(WrappingKey wrappingKey, TimeProvider clock) : IDisposable
{
    // No request holds on to a key for longer than this.
    private static readonly TimeSpan LongestUse = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<PrivateKey>> open = [];
    private readonly List<(Task<PrivateKey> Key, long Since)> leaving = [];
    private readonly HashSet<string> proven = [];
    private bool isComplete;

    /// <summary>Opens each row that was not opened before, and returns those that do not count, with the reason.</summary>
    /// <remarks>
    /// Where the vault is in trouble the first of all proofs throws, or good tokens would be taken for foreign ones. Later ones
    /// leave out what is new.
    /// </remarks>
    public async Task<IReadOnlyDictionary<string, Exception>> ProveAsync(IEnumerable<KeyRow> rows)
    {
        var proofs = await Task.WhenAll(rows.Where(row => !IsProven(row)).Select(async row => (row.Name, Reason: await TryProveAsync(row))));
        // Where nothing has opened yet, trouble is not told from a foreign row.
        lock (gate)
            isComplete |= proven.Count > 0;
        return proofs.Where(proof => proof.Reason is not null).ToDictionary(proof => proof.Name, proof => proof.Reason!);
    }

    /// <summary>The private half. Concurrent requests share one call to the vault; it is not theirs to cancel.</summary>
    public Task<PrivateKey> OpenAsync(KeyRow key)
    {
        lock (gate)
        {
            if (open.TryGetValue(Identity(key), out var opening) && !opening.IsFaulted && !opening.IsCanceled)
                return opening;
            return open[Identity(key)] = Task.Run(() => wrappingKey.OpenAsync(key, CancellationToken.None));
        }
    }

    /// <summary>Keeps what signs and what will, lest the vault be down at that moment. The rest is wiped once no request can still use it.</summary>
    public void Keep(IEnumerable<KeyRow> signing)
    {
        lock (gate)
        {
            foreach (var (key, _) in leaving.Where(IsLeft))
                Wipe(key);
            leaving.RemoveAll(IsLeft);
            foreach (var identity in open.Keys.Except(signing.Select(Identity)).ToList())
            {
                open.Remove(identity, out var retired);
                leaving.Add((retired!, clock.GetTimestamp()));
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var key in open.Values.Concat(leaving.Select(entry => entry.Key)))
                Wipe(key);
            open.Clear();
            leaving.Clear();
        }
    }

    private async Task<Exception?> TryProveAsync(KeyRow row)
    {
        try
        {
            await OpenAsync(row);
            lock (gate)
                proven.Add(Identity(row));
            return null;
        }
        catch (Exception exception) when (isComplete || exception is CryptographicException or RequestFailedException { Status: 400 or 404 })
        {
            return exception;
        }
    }

    // What is published is the public key, so it is that which was proven, and not the row's name; wrapped anew it is the same.
    private bool IsProven(KeyRow row)
    {
        lock (gate)
            return proven.Contains(Identity(row));
    }

    private static string Identity(KeyRow row) => $"{row.Name} {Convert.ToHexString(SHA256.HashData(row.PublicKey))}";

    private bool IsLeft((Task<PrivateKey> Key, long Since) entry) => clock.GetElapsedTime(entry.Since) >= LongestUse;

    private static void Wipe(Task<PrivateKey> key)
    {
        if (key.IsCompletedSuccessfully)
            key.Result.Dispose();
    }
}
