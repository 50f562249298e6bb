using Azure.Core;
using Postern.Local;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>A table service that the contracts hold for. Each is started once and shared, for no two tests use the same rows.</summary>
public interface ITableServiceFixture
{
    string ConnectionString { get; }
}

/// <summary>The service in this process.</summary>
public sealed class Embedded : ITableServiceFixture, IAsyncLifetime
{
    private TableService? service;

    public string ConnectionString => service!.ConnectionString;

    public async ValueTask InitializeAsync() => service = await TableService.StartAsync();

    public ValueTask DisposeAsync() => service!.DisposeAsync();
}

/// <summary>Azurite from npm.</summary>
public sealed class Emulated : ITableServiceFixture, IAsyncLifetime
{
    private Azurite? azurite;

    public string ConnectionString => azurite!.ConnectionString;

    public async ValueTask InitializeAsync() => azurite = await Azurite.StartAsync(null, null);

    public ValueTask DisposeAsync() => azurite!.DisposeAsync();
}

/// <summary>Connections to a service, through whatever policies a test wants in between.</summary>
public static class Connect
{
    public static Tables To(ITableServiceFixture service, params Azure.Core.Pipeline.HttpPipelinePolicy[] policies) =>
        Tables.Connect(service.ConnectionString, null, options =>
        {
            foreach (var policy in policies)
                options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        });
}
