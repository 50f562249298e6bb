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
internal sealed class SignInThrottle(AttemptCounters attempts, UserStore users, Cookies cookies, TimeProvider time)
{
    /// <summary>Null: this attempt has to wait, and is not to be looked at.</summary>
    public async Task<Attempt?> BeginAsync(HttpContext http, RowId interaction, string login)
    {
        var browser = cookies.Browser(http.Request) ?? new BrowserSecret(Entropy.Bytes(BrowserSecret.Size));
        var isKnown = await users.KnowsBrowserAsync(login, browser.Hash, http.RequestAborted);
        // One machine that guesses must not lock out the office around it.
        var address = isKnown ? null : attempts.AddressBucket(http.Request);
        if (address is not null && !await attempts.TryCountAsync(address, Attempts.PerAddress, http.RequestAborted))
            return null;
        if (!isKnown && !await attempts.TryCountAsync($"interaction:{interaction}", Attempts.PerInteraction, http.RequestAborted))
            return null;
        // First what nobody can type.
        var account = isKnown ? $"browser:{Convert.ToHexStringLower(browser.Hash)} login:{login}" : $"login:{login}";
        return await attempts.TryCountAsync(account, Attempts.PerAccount, http.RequestAborted)
            ? new Attempt(account, address, browser, isKnown)
            : null;
    }

    /// <summary>
    /// The account's owner is in: its counter starts anew. The address gets this one attempt back and no more, or one good
    /// account would hide many bad tries.
    /// </summary>
    public async Task SucceededAsync(HttpContext http, string login, Attempt attempt)
    {
        await attempts.ForgetAsync(attempt.Account, http.RequestAborted);
        await attempts.GiveBackAsync(attempt.Address, http.RequestAborted);
        if (!attempt.IsKnownBrowser)
            await users.RememberBrowserAsync(login, attempt.Browser.Hash, time.GetUtcNow(), http.RequestAborted);
        cookies.KeepBrowser(http.Response, attempt.Browser, time.GetUtcNow());
    }
}
