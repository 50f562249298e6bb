using System.Net;
using System.Net.Sockets;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>An attempt to sign in that has been counted and may be looked at.</summary>
/// <param name="Account">The bucket it is counted in.</param>
/// <param name="Address">The bucket of its address; null where that is not known, or does not count.</param>
/// <param name="Browser">The browser's secret, new where it had none.</param>
/// <param name="IsKnownBrowser">Somebody has signed in by this login there before.</param>
internal sealed record Attempt(string Account, string? Address, BrowserSecret Browser, bool IsKnownBrowser);

/// <summary>
/// Slows repeated failures down, per account (known or not), per address and per interaction. An attempt is written down before the
/// password is looked at, so hashing is never the lever of an attack, and many attempts at once count one by one. A
/// browser in which the account's owner has been before counts for itself: strangers who keep guessing cannot lock them out.
/// </summary>
internal sealed class SignInThrottle(AttemptStore attempts, UserStore users, Cookies cookies, ServerOptions options, TimeProvider time)
{
    // Of those who count at once one gets through each time, and after so many everybody has to wait. To have lost a race is
    // no reason to be refused.
    private static readonly int MaxTries = Math.Max(Attempts.PerAccount.Free, Attempts.PerAddress.Free) + 10;

    /// <summary>Null: this attempt has to wait, and is not to be looked at.</summary>
    public async Task<Attempt?> BeginAsync(HttpContext http, RowId interaction, string login)
    {
        var browser = cookies.Browser(http.Request) ?? new BrowserSecret(Entropy.Bytes(BrowserSecret.Size));
        var isKnown = await users.KnowsBrowserAsync(login, browser.Hash, http.RequestAborted);
        // One machine that guesses must not lock out the office around it.
        var address = isKnown ? null : AddressBucket(http);
        if (address is not null && !await TryCountAsync(address, Attempts.PerAddress, http.RequestAborted))
            return null;
        if (!isKnown && !await TryCountAsync($"interaction:{interaction}", Attempts.PerInteraction, http.RequestAborted))
            return null;
        // First what nobody can type.
        var account = isKnown ? $"browser:{Convert.ToHexStringLower(browser.Hash)} login:{login}" : $"login:{login}";
        return await TryCountAsync(account, Attempts.PerAccount, http.RequestAborted) ? new Attempt(account, address, browser, isKnown) : null;
    }

    /// <summary>
    /// The account's owner is in: its counter starts anew. The address gets this one attempt back and no more, or one good
    /// account would hide many bad tries.
    /// </summary>
    public async Task SucceededAsync(HttpContext http, string login, Attempt attempt)
    {
        await attempts.ForgetAsync(attempt.Account, Today, http.RequestAborted);
        // Where another attempt is counted at this moment, this one stays counted: the safe side.
        if (attempt.Address is { } address && await attempts.FindAsync(address, Today, http.RequestAborted) is { } read)
            await attempts.TryRecordAsync(address, Today, read, read.Value.Back(), http.RequestAborted);
        if (!attempt.IsKnownBrowser)
            await users.RememberBrowserAsync(login, attempt.Browser.Hash, time.GetUtcNow(), http.RequestAborted);
        cookies.KeepBrowser(http.Response, attempt.Browser, time.GetUtcNow());
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private async Task<bool> TryCountAsync(string bucket, AttemptLimit limit, CancellationToken cancellation)
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

    // Null: whatever connects is a front end or the Functions host, for the server speaks no TLS itself. Where a header is
    // trusted and missing, somebody has come past the front end, and all who do are one.
    private string? AddressBucket(HttpContext http)
    {
        if (options.ClientAddressHeader is not { } header)
            return null;
        if (!IPEndPoint.TryParse(http.Request.Headers[header].ToString().Split(',')[^1].Trim(), out var named))
            return "address:unknown";
        var address = named.Address.IsIPv4MappedToIPv6 ? named.Address.MapToIPv4() : named.Address;
        // A household or a server has a whole /64 to choose from.
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"address:{new IPAddress([.. address.GetAddressBytes()[..8], 0, 0, 0, 0, 0, 0, 0, 0])}/64"
            : $"address:{address}";
    }
}
