using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Postern.FunctionsHost.Rpc;

namespace Postern.FunctionsHost;

/// <summary>Where workers call in: gRPC without TLS on a loopback port.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Expected> expected = new();
    private readonly WebApplication app;

    private RpcServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(new Service(expected));
        app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<Service>();
        app.UseEndpoints(_ => { });
    }

    public Uri Address => new(app.Urls.Single());

    public static async Task<RpcServer> StartAsync()
    {
        var server = new RpcServer();
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Completes once the worker of this id has said StartStream.</summary>
    public Task Expect(string workerId, Conversation conversation)
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        expected[workerId] = new Expected(conversation, called);
        return called.Task;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed record Expected(Conversation Conversation, TaskCompletionSource Called);

    private sealed class Service(ConcurrentDictionary<string, Expected> expected) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream,
            IServerStreamWriter<StreamingMessage> responseStream,
            ServerCallContext context
        )
        {
            if (!await requestStream.MoveNext(context.CancellationToken))
                return;
            if (!expected.TryRemove(requestStream.Current.StartStream?.WorkerId ?? "", out var worker))
                throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "Nobody expects this worker."));
            worker.Called.SetResult();
            await worker.Conversation.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
