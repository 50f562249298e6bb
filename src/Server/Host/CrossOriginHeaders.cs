using Postern.Protocol;

namespace Postern.Server;

/// <summary>Which scripts may read an answer (Fetch, CORS protocol).</summary>
internal static class CrossOriginHeaders
{
    /// <summary>Notes whose request it is, or says that it is: the answer is for the origins of that client.</summary>
    public static void IsOf(this HttpContext http, Client? client) => http.Features.Set(client);

    /// <summary>
    /// Every origin, where the client names none: what counts here comes in the request itself and never in a cookie. One that the
    /// client names may read it with credentials too, and then no other may. Nothing that came is repeated but what an operator has
    /// registered.
    /// </summary>
    public static Task AllowAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlExposeHeaders = "WWW-Authenticate, Retry-After";
        if (http.Features.Get<Client>()?.AllowedOrigins is not { IsAny: false } origins)
        {
            headers.AccessControlAllowOrigin = "*";
            return Task.CompletedTask;
        }
        headers.Append("Vary", "Origin");
        if (http.Request.Headers.Origin.ToString() is var origin && origins.Names(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// The same for every origin, for a preflight says not which client it is for (decisions/0016). It grants nothing: whether the
    /// answer itself may be read is said there.
    /// </summary>
    public static Task Preflight(HttpFunction function, HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlAllowMethods = string.Join(", ", function.Opening.Methods);
        // The star does not cover Authorization.
        http.Response.Headers.AccessControlAllowHeaders = "Authorization, *";
        http.Response.Headers.AccessControlMaxAge = "86400";
        return Task.CompletedTask;
    }
}
