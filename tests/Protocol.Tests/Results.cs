using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Takes a result apart and fails the test where it is the other half.</summary>
internal static class Results
{
    public static T Value<T>(this Result<T> result)
        where T : class
    {
        var succeeds = result.Succeeds(out var value, out var refusal);
        Assert.True(succeeds, refusal?.ToString());
        return value!;
    }

    public static OAuthError Refusal<T>(this Result<T> result)
        where T : class
    {
        var succeeds = result.Succeeds(out _, out var refusal);
        Assert.False(succeeds, "nothing was refused");
        return refusal!;
    }

    public static bool Succeeds<T>(this Result<T> result)
        where T : class => result.Succeeds(out _, out _);
}
