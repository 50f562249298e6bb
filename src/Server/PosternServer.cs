using Microsoft.AspNetCore.Server.Kestrel.Core;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>What both hosts put together and hold to.</summary>
internal static class PosternServer
{
    /// <summary>The functions, and the way to them.</summary>
    public static void AddPostern(this IServiceCollection services, ServerOptions options, Tables tables, ServerKeys keys, TimeProvider time)
    {
        services.AddSingleton<ILogger>(provider => new BoundedLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger("Postern"), time));
        services.AddSingleton(provider => new Outbound(options, provider.GetRequiredService<ILogger>()));
        services.AddSingleton(provider =>
            new Endpoints(options, tables, keys, provider.GetRequiredService<Outbound>(), time, provider.GetRequiredService<ILogger>())
        );
        services.AddSingleton<Functions>();
        services.AddSingleton(provider =>
            new Pipeline(new ErrorBoundary(provider.GetRequiredService<Endpoints>().Pages, provider.GetRequiredService<ILogger>()))
        );
    }

    public static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Read to its end, for a connection that breaks off hides the refusal. What a form may hold is far less.
        kestrel.Limits.MaxRequestBodySize = 32 * 1024 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
    }
}
