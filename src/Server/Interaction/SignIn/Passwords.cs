using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Checks passwords with ASP.NET Core's hasher, at the same cost whether or not the person exists.</summary>
internal sealed class Passwords(UserStore users, TimeProvider time)
{
    // One processor is left for requests that need no password.
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount - 1));
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private static readonly User Nobody = new() { Subject = "", Login = "", CreatedAt = default, UpdatedAt = default };

    private static readonly PasswordHasher<User> Hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations }));

    /// <summary>
    /// The person, or null for an unknown login, a wrong password, no password or a disabled account, which nobody can tell
    /// apart (RFC 6819 §5.1.4.2.5).
    /// </summary>
    public async Task<User?> VerifyAsync(string? login, string? password, CancellationToken cancellation)
    {
        var stored = await users.FindByLoginAsync(login, cancellation);
        var user = stored?.Value;
        var typed = password is null ? "" : PasswordText.Normalize(password) ?? "";
        var verified = await VerifyAsync(user, typed, cancellation);
        if (user is null || user.Disabled || verified == PasswordVerificationResult.Failed)
            return null;
        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var rehashed = user with { PasswordHash = Hasher.HashPassword(user, typed), UpdatedAt = time.GetUtcNow() };
            await users.TryReplaceAsync(stored!, rehashed, cancellation);
        }
        return user;
    }

    // Hashing is meant to be slow, so many at once queue, and not for long.
    private static async Task<PasswordVerificationResult> VerifyAsync(User? user, string typed, CancellationToken cancellation)
    {
        if (!await Turns.WaitAsync(MaxWait, cancellation))
            throw new TimeoutException("Too many passwords are being checked at once.");
        try
        {
            if (user?.PasswordHash is { } hash)
                return Hasher.VerifyHashedPassword(user, hash, typed);
            // To make a hash takes as long as to compare with one, from an instance's first request on.
            Hasher.HashPassword(Nobody, typed);
            return PasswordVerificationResult.Failed;
        }
        finally
        {
            Turns.Release();
        }
    }
}
