using System.Runtime.CompilerServices;

namespace Postern.Tests;

/// <summary>Tests run under the culture under which the programs do, whatever the machine's is.</summary>
internal static class InvariantCulture
{
    [ModuleInitializer]
    internal static void Use() => Protocol.Nfc.UseInvariantCulture();
}
