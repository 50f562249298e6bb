namespace Postern.Protocol;

/// <summary>Either what was asked for or the error that refuses it. The default value is an error, so a forgotten assignment fails closed.</summary>
public readonly struct Result<T>
    where T : class
{
    private readonly T? value;
    private readonly OAuthError? error;

    private Result(T? value, OAuthError? error) => (this.value, this.error) = (value, error);

    /// <summary>True, with the value, when nothing was refused.</summary>
    public bool Succeeds(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? result,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out OAuthError? refusal
    )
    {
        result = value;
        refusal = value is null ? error ?? OAuthError.ServerError("a result without value or error") : null;
        return value is not null;
    }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(OAuthError error) => new(null, error);
}
