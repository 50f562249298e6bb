namespace Postern.Local;

/// <summary>Something on this computer keeps the local server from starting. The message says what, and what to do.</summary>
public sealed class LocalException(string message, Exception? cause = null) : Exception(message, cause);
