namespace Postern.Tests;

/// <summary>In this process, over Kestrel.</summary>
public sealed class MainPathOverKestrelTests(SharedServer shared) : MainPathTests, IClassFixture<SharedServer>
{
    protected override RemoteServer Server => shared.Server;
}
