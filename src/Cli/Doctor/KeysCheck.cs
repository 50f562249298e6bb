using Postern.Protocol;
using Postern.Signing;

namespace Postern.Cli;

/// <summary>Whether the keys can be read, whether one of each type signs, and whether they are rotated.</summary>
internal static class KeysCheck
{
    private const string Check = "keys";

    private const string FirstKeys = "The server makes one when it needs it, and so does 'postern keys rotate'.";

    // Clients refuse it as whatever they were promised, should it ever leave this process.
    private const string ProbeType = "postern-doctor";

    /// <summary>The findings, and the keys where they can be read.</summary>
    public static async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<SigningKey> Keys)> LookAsync(
        Invocation invocation,
        CancellationToken cancellation
    )
    {
        var findings = new List<Finding>();
        IReadOnlyList<SigningKey> keys = [];
        try
        {
            using var configured = ConfiguredKeys.Find(invocation);
            if (configured is null)
                return ([], []);
            keys = await configured.Keys.ListAsync(cancellation);
            findings.Add(Finding.Ok(Check, $"They can be read: there are {keys.Count}."));
            findings.AddRange(await SignAsync(configured, keys, cancellation));
            findings.AddRange(Ages(configured, keys, invocation.Now));
            findings.Add(Cost(configured.Options.Keys.Mode));
        }
        catch (SettingException notUnderstood)
        {
            findings.Add(Finding.Fail(Check, "They cannot be looked at before the settings are right.", notUnderstood.Message));
        }
        catch (Exception exception) when (Failures.Explain(exception) is { } explanation)
        {
            findings.Add(Finding.Fail(Check, "They cannot be read.", explanation));
        }
        return (findings, keys);
    }

    private static async Task<IReadOnlyList<Finding>> SignAsync(
        ConfiguredKeys configured,
        IReadOnlyList<SigningKey> keys,
        CancellationToken cancellation
    )
    {
        var findings = new List<Finding>();
        string[] algorithms = [SigningAlgorithms.RS256, SigningAlgorithms.ES256];
        var missing = algorithms
            .Select(SigningAlgorithms.KeyTypeOf)
            .Where(keyType => !keys.Any(key => key.KeyType == keyType && key.State == KeyState.Current));
        // To sign would make what is missing, and a doctor looks only.
        if (configured.Options.Keys.Mode == SigningMode.Wrapped)
            findings.AddRange(missing.Select(keyType => Finding.Warn(Check, $"There is no {keyType} key that signs.", FirstKeys)));
        if (findings.Count > 0)
            return findings;
        foreach (var algorithm in algorithms)
            findings.Add(await SignAsync(configured, algorithm, cancellation));
        return findings;
    }

    private static async Task<Finding> SignAsync(ConfiguredKeys configured, string algorithm, CancellationToken cancellation)
    {
        var keyType = SigningAlgorithms.KeyTypeOf(algorithm);
        var isWrapped = configured.Options.Keys.Mode == SigningMode.Wrapped;
        try
        {
            await configured.Signer.SignAsync(algorithm, ProbeType, "{}"u8.ToArray(), cancellation);
            return Finding.Ok(Check, isWrapped ? $"The {keyType} key can be unwrapped, and signs." : $"The {keyType} key signs.");
        }
        catch (Exception exception) when (Failures.Explain(exception) is { } explanation)
        {
            return Finding.Fail(Check, isWrapped ? $"The {keyType} key cannot be unwrapped." : $"The {keyType} key does not sign.", explanation);
        }
    }

    private static IEnumerable<Finding> Ages(ConfiguredKeys configured, IReadOnlyList<SigningKey> keys, DateTimeOffset now)
    {
        var isWrapped = configured.Options.Keys.Mode == SigningMode.Wrapped;
        var schedule = configured.Schedule;
        var alone = keys.Where(key => key.State == KeyState.Current && !keys.Any(next => next.State == KeyState.Next && next.KeyType == key.KeyType));
        foreach (var key in alone)
        {
            if (key.ExpiresAt is { } end && end - schedule.Notice <= now)
                yield return Finding.Fail(
                    Check,
                    $"The {key.KeyType} key expires at {Fact.Instant(end)}, and there is no next one.",
                    "Run 'postern keys rotate' now."
                );
            // A timer runs once a day.
            else if (key.CreatedAt + schedule.RotateAfter + TimeSpan.FromDays(2) <= now)
                yield return Finding.Warn(
                    Check,
                    $"The {key.KeyType} key is {(int)(now - key.CreatedAt).TotalDays} days old, and there is no next one.",
                    isWrapped
                        ? "The timer that rotates keys does not run: look at the app's log. 'postern keys rotate' does it now."
                        : "Give the key a rotation policy: az keyvault key rotation-policy update. 'postern keys rotate' does it now."
                );
        }
    }

    // Service limits of a vault, and list prices in US East; neither can be read from here, nor how many tokens are signed.
    private static Finding Cost(SigningMode mode) =>
        mode == SigningMode.Wrapped
            ? Finding.Ok("cost of keys", "Wrapped keys cost one call to the vault for each key and start of an instance, whatever the load.")
            : Finding.Ok(
                "cost of keys",
                "The vault signs each token: at most some 400 a second, for about $0.03 (RS256) or $0.15 (ES256) per 10,000. "
                    + "POSTERN_SIGNING=wrapped asks it once per start of an instance: "
                    + "it pays from a few million tokens a month, or when the vault answers 429."
            );
}
