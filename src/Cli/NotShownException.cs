namespace Postern.Cli;

/// <summary>The answer could not be written to standard output. The message says what that means, and what to do.</summary>
internal sealed class NotShownException(IOException cause, string consequence) : Exception($"{Because(cause)} {consequence}", cause)
{
    public static string Because(Exception cause) => $"Standard output cannot be written ({cause.Message}).";
}
