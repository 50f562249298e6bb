namespace Postern.Cli;

/// <summary>What a command ends with, for scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Not found, taken or invalid: nothing was changed.</summary>
    public const int Refused = 1;

    /// <summary>The command line, or a setting it needs, is not understood.</summary>
    public const int Usage = 2;

    /// <summary>Storage, the issuer or the operator's identity did not do their part.</summary>
    public const int Unavailable = 3;

    /// <summary>The answer could not be written to standard output.</summary>
    public const int NotShown = 4;
}
