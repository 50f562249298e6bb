using System.Net;
using System.Net.Sockets;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Counts what somebody tries today, by buckets. An attempt is written down before it is looked at, so that many at once count one by
/// one.
/// </summary>
internal sealed class AttemptCounters(AttemptStore attempts, ServerOptions options, TimeProvider time)
{
    // Of those who count at once one gets through each time, and after so many everybody has to wait. To have lost a race is
    // no reason to be refused.
    private static readonly int MaxTries = Math.Max(Attempts.PerAccount.Free, Attempts.PerAddress.Free) + 10;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>False: this attempt has to wait, and is not to be looked at.</summary>
    public async Task<bool> TryCountAsync(string bucket, AttemptLimit limit, CancellationToken cancellation)
    {
        for (var tried = 0; tried < MaxTries; tried++)
        {
            var read = await attempts.FindAsync(bucket, Today, cancellation);
            var sofar = read?.Value ?? Attempts.None;
            if (sofar.MustWait(limit))
                return false;
            if (await attempts.TryRecordAsync(bucket, Today, read, sofar.Next(), cancellation))
                return true;
            await Task.Delay(Random.Shared.Next(10), cancellation);
        }
        return false;
    }

    /// <summary>Takes one attempt, which has succeeded, off the count; null: it was not counted.</summary>
    public async Task GiveBackAsync(string? bucket, CancellationToken cancellation)
    {
        // Where another attempt is counted at this moment, this one stays counted: the safe side.
        if (bucket is not null && await attempts.FindAsync(bucket, Today, cancellation) is { } read)
            await attempts.TryRecordAsync(bucket, Today, read, read.Value.Back(), cancellation);
    }

    /// <summary>Starts the count anew.</summary>
    public Task ForgetAsync(string bucket, CancellationToken cancellation) => attempts.ForgetAsync(bucket, Today, cancellation);

    /// <summary>
    /// Null: whatever connects is a front end or the Functions host, for the server speaks no TLS itself. Where a header is
    /// trusted and missing, somebody has come past the front end, and all who do are one.
    /// </summary>
    public string? AddressBucket(HttpRequest request)
    {
        if (options.ClientAddressHeader is null)
            return null;
        if (Address(request) is not { } address)
            return "address:unknown";
        // A household or a server has a whole /64 to choose from.
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"address:{new IPAddress([.. address.GetAddressBytes()[..8], 0, 0, 0, 0, 0, 0, 0, 0])}/64"
            : $"address:{address}";
    }

    /// <summary>The address of whoever sent the request, as the one header says that is trusted; null where none is, or it does not say.</summary>
    public IPAddress? Address(HttpRequest request)
    {
        if (options.ClientAddressHeader is not { } header)
            return null;
        if (!IPEndPoint.TryParse(request.Headers[header].ToString().Split(',')[^1].Trim(), out var named))
            return null;
        return named.Address.IsIPv4MappedToIPv6 ? named.Address.MapToIPv4() : named.Address;
    }
}
