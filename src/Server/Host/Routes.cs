namespace Postern.Server;

/// <summary>The three ways in which a path is opened. A method that is not listed gets 405 by routing.</summary>
internal static class Routes
{
    /// <summary>For browsers: errors are pages, and no other origin may call it.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes, string path, string[] methods, Func<HttpContext, Task<IResult>> handle) =>
        routes.Map(path, methods, handle).WithMetadata(new ForPeople());

    /// <summary>For clients on their back channel.</summary>
    public static IEndpointConventionBuilder Map(
        this IEndpointRouteBuilder routes,
        string path,
        string[] methods,
        Func<HttpContext, Task<IResult>> handle
    ) =>
        routes.MapMethods(path, methods, async http => await (await handle(http)).ExecuteAsync(http));

    /// <summary>
    /// For clients that run in a browser too. Every origin may call: what counts here comes in the request itself, never
    /// in a cookie, so the browser adds nothing of its own (Fetch, CORS protocol and credentials).
    /// </summary>
    public static void MapCrossOrigin(this IEndpointRouteBuilder routes, string path, string[] methods, Func<HttpContext, Task<IResult>> handle)
    {
        routes.MapMethods(path, methods, async http =>
        {
            // Only at the start of the answer, for an error clears whatever headers there are.
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.AccessControlAllowOrigin = "*";
                http.Response.Headers.AccessControlExposeHeaders = "WWW-Authenticate, Retry-After";
                return Task.CompletedTask;
            });
            await (await handle(http)).ExecuteAsync(http);
        });
        routes.MapMethods(path, [HttpMethods.Options], http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            http.Response.Headers.AccessControlAllowOrigin = "*";
            http.Response.Headers.AccessControlAllowMethods = string.Join(", ", methods);
            // The star does not cover Authorization.
            http.Response.Headers.AccessControlAllowHeaders = "Authorization, *";
            http.Response.Headers.AccessControlMaxAge = "86400";
            return Task.CompletedTask;
        });
    }
}
