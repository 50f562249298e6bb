using System.Net;
using System.Net.Sockets;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Slows repeated failures down, per account (known or not) and per address. An attempt is written down before the
/// password is looked at, so hashing is never the lever of an attack, and many attempts at once count one by one.
/// </summary>
internal sealed class SignInThrottle(AttemptStore attempts, ServerOptions options, TimeProvider time)
{
    // With this many writers of one counter at once, somebody is not a person who mistyped.
    private const int MaxTries = 5;

    /// <summary>False: this attempt has to wait, and is not to be looked at.</summary>
    public async Task<bool> TryBeginAsync(HttpContext http, string login)
    {
        if (AddressBucket(http) is { } address && !await TryCountAsync(address, Attempts.PerAddress, http.RequestAborted))
            return false;
        return await TryCountAsync(AccountBucket(login), Attempts.PerAccount, http.RequestAborted);
    }

    /// <summary>The account's owner is in: its counter starts anew. The address's does not, or one good account would hide many bad tries.</summary>
    public Task SucceededAsync(HttpContext http, string login) => attempts.ForgetAsync(AccountBucket(login), Today, http.RequestAborted);

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private async Task<bool> TryCountAsync(string bucket, AttemptLimit limit, CancellationToken cancellation)
    {
        for (var tried = 0; tried < MaxTries; tried++)
        {
            var read = await attempts.FindAsync(bucket, Today, cancellation);
            var sofar = read?.Value ?? Attempts.None;
            if (sofar.MustWait(limit, time.GetUtcNow()))
                return false;
            if (await attempts.TryRecordAsync(bucket, Today, read, sofar.Next(time.GetUtcNow()), cancellation))
                return true;
        }
        return false;
    }

    private static string AccountBucket(string login) => $"login:{login}";

    // Null: the address of the person is not known, which behind the Functions host is so unless a header is trusted.
    private string? AddressBucket(HttpContext http)
    {
        var address = options switch
        {
            { ClientAddressHeader: { } header } =>
                IPEndPoint.TryParse(http.Request.Headers[header].ToString().Split(',')[^1].Trim(), out var named) ? named.Address : null,
            { FunctionsPort: not null } => null,
            _ => http.Connection.RemoteIpAddress,
        };
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        // A household or a server has a whole /64 to choose from.
        return address?.AddressFamily == AddressFamily.InterNetworkV6
            ? $"address:{new IPAddress([.. address.GetAddressBytes()[..8], 0, 0, 0, 0, 0, 0, 0, 0])}/64"
            : address is null ? null : $"address:{address}";
    }
}
