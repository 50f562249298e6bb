using System.Collections;
using System.Text;
using Azure.Core;

namespace Postern.Cli;

/// <summary>All that a command sees of the world besides the network, so that a test can sit on the other side.</summary>
internal sealed record Terminal
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Who the operator is towards Azure.</summary>
    public required TokenCredential Credential { get; init; }

    /// <summary>Asks for a line. Null where nobody sits in front.</summary>
    public Func<string, string>? Ask { get; init; }

    /// <summary>Asks for a line that is not shown while it is typed. Null where nobody sits in front.</summary>
    public Func<string, string>? AskHidden { get; init; }

    public static Terminal OfThisProcess()
    {
        var environment = System.Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        return new Terminal
        {
            In = Console.IsInputRedirected ? Piped(Console.OpenStandardInput()) : Console.In,
            Out = StandardOutput.Open(),
            Error = Console.Error,
            Environment = environment,
            Time = TimeProvider.System,
            Credential = OperatorCredential.Create(environment),
            Ask = Console.IsInputRedirected ? null : AskConsole,
            AskHidden = Console.IsInputRedirected ? null : AskConsoleHidden,
        };
    }

    /// <summary>
    /// What a file or another program sends: UTF-8, without the mark that editors put before it. Other bytes are an exception
    /// (<see cref="DecoderFallbackException"/>): read as question marks they would become part of a password.
    /// </summary>
    internal static StreamReader Piped(Stream input) =>
        new(input, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);

    // Not on stdout, which may go to a file.
    private static string AskConsole(string question)
    {
        Console.Error.Write(question);
        return Console.In.ReadLine() ?? "";
    }

    private static string AskConsoleHidden(string question)
    {
        Console.Error.Write(question);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length -= LastCharacter(typed);
            else if (key.KeyChar == '\t' || !char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }

    // In UTF-16 units: an emoji has two.
    private static int LastCharacter(StringBuilder typed) =>
        typed.Length > 1 && char.IsSurrogatePair(typed[^2], typed[^1]) ? 2 : Math.Min(1, typed.Length);
}
