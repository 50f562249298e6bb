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

/// <summary>
/// Says which module of the OpenID conformance suite checks the same conditions. <c>./test --list conformance</c> prints them all.
/// </summary>
/// <param name="module">Its name; null: the first argument of each <c>InlineData</c> is.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ConformanceAttribute(string? module = null) : Attribute, ITraitAttribute
{
    public string? Module => module;

    /// <summary>The profile's name, where another one has a module of the same name.</summary>
    public string? Profile { get; init; }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => module is null ? [] : [new("Conformance", module)];
}
