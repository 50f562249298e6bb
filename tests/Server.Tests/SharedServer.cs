namespace Postern.Tests;

/// <summary>One server for all tests of a class, none of which moves its clock.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public AuthServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await AuthServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
