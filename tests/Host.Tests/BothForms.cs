namespace Postern.Tests;

/// <summary>One deployment served by the packaged server in both of its forms: under the test host, and alone.</summary>
public sealed class BothForms : IAsyncLifetime
{
    public PosternHost Hosted { get; private set; } = null!;

    public AloneServer Alone { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Hosted = await PosternHost.StartAsync();
        Alone = await AloneServer.StartAsync(Hosted.Deployment);
    }

    public async ValueTask DisposeAsync()
    {
        await Alone.DisposeAsync();
        await Hosted.DisposeAsync();
    }
}
