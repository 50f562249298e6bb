namespace Postern.Cli;

/// <summary>The answer could not be written to standard output. The message says what that means, and what to do.</summary>
internal sealed class NotShownException(IOException cause, string consequence = NotShownException.NothingLost)
    : Exception($"Standard output cannot be written ({cause.Message}). {consequence}", cause)
{
    public const string NothingLost = "Send it somewhere else, and try again.";
}
