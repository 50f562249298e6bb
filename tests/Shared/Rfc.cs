using Xunit.v3;

namespace Postern.Tests;

/// <summary>Says which section a test holds the server to. <c>./test --list rfc</c> prints them all.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RfcAttribute(int number, string section) : Attribute, ITraitAttribute
{
    public int Number => number;

    public string Section => section;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("RFC", $"{number} §{section}")];
}

/// <summary>The same for specifications without an RFC number, such as <c>OIDC Core</c>.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class SpecAttribute(string name, string section) : Attribute, ITraitAttribute
{
    public string Name => name;

    public string Section => section;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("RFC", $"{name} §{section}")];
}
