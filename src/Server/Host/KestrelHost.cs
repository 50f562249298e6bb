using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>The server on its own, without a Functions host: a plain web server with timers of its own.</summary>
public static class KestrelHost
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
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, new Uri(options.Listen)));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => configure?.Invoke(logging));
        builder.Services.AddPostern(options, tables, keys, time);
        var app = builder.Build();
        app.UseRouting();
        Map(app, options.BasePath);
        app.UseEndpoints(_ => { });
        var timers = new Timers(app.Services.GetRequiredService<Functions>().Timers, time, app.Logger);
        app.Lifetime.ApplicationStarted.Register(() => _ = timers.RunAsync(app.Lifetime.ApplicationStopping));
        return app;
    }

    private static void Map(WebApplication app, string basePath)
    {
        var pipeline = app.Services.GetRequiredService<Pipeline>();
        foreach (var function in app.Services.GetRequiredService<Functions>().Http)
        {
            app.Map($"{basePath}/{function.Route}", http => pipeline.AnswerAsync(function, http));
            // RFC 8414 §3.1 puts the issuer's path behind the well-known one; clients of OpenID Connect do so too.
            if (basePath.Length > 0 && function.Route.StartsWith(".well-known/", StringComparison.Ordinal))
                app.Map($"/{function.Route}{basePath}", http => pipeline.AnswerAsync(function, http));
        }
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address)
    {
        PosternServer.Limit(kestrel);
        if (address.Host == "localhost")
            kestrel.ListenLocalhost(address.Port);
        else
            kestrel.Listen(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port);
    }
}
