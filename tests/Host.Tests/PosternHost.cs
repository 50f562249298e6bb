using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>The packaged server under the test host.</summary>
public sealed class PosternHost : RemoteServer, IAsyncDisposable
{
    private PosternHost(TestHost host, Deployment deployment)
        : base(host.Address) => (Host, Deployment) = (host, deployment);

    public TestHost Host { get; }

    public Deployment Deployment { get; }

    public static async Task<PosternHost> StartAsync(PlatformOptions? platform = null, params (string Name, string Value)[] more)
    {
        var deployment = await Deployment.StartAsync();
        var settings = new Dictionary<string, string>(deployment.Settings);
        foreach (var (name, value) in more)
            settings[name] = value;
        return new PosternHost(await TestHost.StartAsync(Deployment.Package, settings, platform), deployment);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        await Deployment.DisposeAsync();
    }
}

/// <summary>One for all tests of a class.</summary>
public sealed class SharedPostern : IAsyncLifetime
{
    public PosternHost Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PosternHost.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>The same path as over Kestrel, through the Functions host's protocol to the packaged worker.</summary>
public sealed class MainPathOverTheHostTests(SharedPostern shared) : MainPathTests, IClassFixture<SharedPostern>, IDisposable
{
    protected override RemoteServer Server => shared.Server;

    public void Dispose() => Assert.Empty(shared.Server.Host.Failures);
}
