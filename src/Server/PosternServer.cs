using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>The composition root: the only place where stores, endpoints and the pipeline are put together.</summary>
public static class PosternServer
{
    /// <summary>Builds a server that listens once it is started.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="tables">Where state is.</param>
    /// <param name="keys">Who signs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="configure">Adds logging; without it the server is silent.</param>
    public static WebApplication Build(
        ServerOptions options,
        Tables tables,
        ServerKeys keys,
        TimeProvider time,
        Action<ILoggingBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => configure?.Invoke(logging));
        var app = builder.Build();

        if (keys.Keys is { } kept)
            kept.Failed = exception => ErrorBoundary.Report("Reading the signing keys", exception, app.Logger);
        var endpoints = new Endpoints(options, tables, keys, time, app.Logger);
        app.Use(next => http => new ErrorBoundary(endpoints.Pages, app.Logger).InvokeAsync(http, next));
        app.UseRouting();
        endpoints.Map(app);
        app.UseEndpoints(_ => { });
        // The Functions host has timers of its own.
        if (options.FunctionsPort is null)
            app.Lifetime.ApplicationStarted.Register(
                () => _ = new Timers(endpoints.Timers, time, app.Logger).RunAsync(app.Lifetime.ApplicationStopping)
            );
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = RequestParameters.MaxLength;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        // The Functions host talks to the loopback address and its own port. It also hands down its environment, so
        // ASPNETCORE_URLS, which names the host's own port, must not be listened to.
        if (options.FunctionsPort is { } port)
            kestrel.Listen(IPAddress.Loopback, port);
        else
            ListenAlone(kestrel, new Uri(options.Listen));
    }

    private static void ListenAlone(KestrelServerOptions kestrel, Uri address)
    {
        if (address.Host == "localhost")
            kestrel.ListenLocalhost(address.Port);
        else
            kestrel.Listen(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port);
    }
}
