using System.Reflection;

namespace Postern.Tests;

/// <summary>
/// Says whose documented example a test runs as it is: with the issuer, the client's id and secret, and its redirect URI filled in,
/// and nothing else. CLIENTS.md has a line for each.
/// </summary>
/// <param name="library">A type of it.</param>
/// <param name="example">What the documentation calls it.</param>
/// <param name="documentation">Where it stands.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExampleAttribute(Type library, string example, string documentation) : Attribute
{
    /// <summary>What else has to be done; null: nothing. The test then shows that it fails without.</summary>
    public string? Needs { get; init; }

    /// <summary>The example's line of the table.</summary>
    public string Row => $"| {Name} {Version} | [{example}]({documentation}) | {(Needs is null ? "works" : $"needs {Needs}")} |";

    private string Name => library.Assembly.GetName().Name!;

    private string Version =>
        library.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
