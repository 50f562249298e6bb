using Microsoft.AspNetCore.Identity;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Checks passwords with ASP.NET Core's hasher, at the same cost whether or not the person exists.</summary>
internal sealed class Passwords(UserStore users, TimeProvider time, IPasswordHasher<User> hasher)
{
    // One processor is left for requests that need no password.
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount - 1));
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    // So many turns are over in a second or two, and a browser that is known for the login waits no longer than that.
    private const int MaxStrangers = 8;
    private static int strangers;

    private static readonly User Nobody = new() { Subject = "", Login = "", CreatedAt = default, UpdatedAt = default };

    /// <summary>
    /// The person, or null for an unknown login, a wrong password, no password or a disabled account, which nobody can tell
    /// apart (RFC 6819 §5.1.4.2.5).
    /// </summary>
    /// <param name="login">As it is stored; null: it cannot be one.</param>
    /// <param name="password">As typed.</param>
    /// <param name="isStranger">Whether nobody has signed in by this login in that browser before.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="TimeoutException">Too many are being checked: nothing was looked at.</exception>
    public async Task<User?> VerifyAsync(string? login, string? password, bool isStranger, CancellationToken cancellation)
    {
        var stored = await users.FindByLoginAsync(login, cancellation);
        var user = stored?.Value;
        var typed = password is null ? "" : PasswordText.Normalize(password) ?? "";
        var verified = await InTurnAsync(isStranger, () => Verify(user, typed), cancellation);
        if (user is null || user.Disabled || verified == PasswordVerificationResult.Failed)
            return null;
        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var rehashed = user with { PasswordHash = hasher.HashPassword(user, typed), UpdatedAt = time.GetUtcNow() };
            await users.TryReplaceAsync(stored!, rehashed, cancellation);
        }
        return user;
    }

    private PasswordVerificationResult Verify(User? user, string typed)
    {
        if (user?.PasswordHash is { } hash)
            return hasher.VerifyHashedPassword(user, hash, typed);
        // To make a hash takes as long as to compare with one, from an instance's first request on.
        hasher.HashPassword(Nobody, typed);
        return PasswordVerificationResult.Failed;
    }

    // Hashing is meant to be slow, so many at once queue: people not for long, and strangers only while there are few.
    private static async Task<T> InTurnAsync<T>(bool isStranger, Func<T> work, CancellationToken cancellation)
    {
        var ahead = isStranger ? Interlocked.Increment(ref strangers) : 0;
        try
        {
            if (ahead > MaxStrangers || !await Turns.WaitAsync(MaxWait, cancellation))
                throw new TimeoutException("Too many passwords are being checked at once.");
            try
            {
                return work();
            }
            finally
            {
                Turns.Release();
            }
        }
        finally
        {
            if (isStranger)
                Interlocked.Decrement(ref strangers);
        }
    }
}
