namespace Postern.Cli;

/// <summary>A setting that a command needs is missing or not understood. The message says what to set, and quotes no secret.</summary>
internal sealed class SettingException(string message) : Exception(message);
