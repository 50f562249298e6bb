namespace Postern.Server;

/// <summary>The way of a request to its function and back, the same under both hosts.</summary>
internal sealed class Pipeline(ErrorBoundary boundary)
{
    public Task AnswerAsync(HttpFunction function, HttpContext http)
    {
        var isCrossOrigin = function.Opening is CrossOriginAttribute;
        if (isCrossOrigin && HttpMethods.IsOptions(http.Request.Method))
            return CrossOriginHeaders.Preflight(function, http);
        if (!function.Opening.Methods.Contains(http.Request.Method))
            return NotAllowed(function, http);
        if (isCrossOrigin)
            // Only at the start of the answer, for an error clears whatever headers there are.
            http.Response.OnStarting(() => CrossOriginHeaders.AllowAsync(http));
        return boundary.RunAsync(http, function.Opening is PageAttribute, async () => await (await function.Handle(http.Request)).ExecuteAsync(http));
    }

    // RFC 9110 §15.5.6.
    private static Task NotAllowed(HttpFunction function, HttpContext http)
    {
        string[] also = function.Opening is CrossOriginAttribute ? [HttpMethods.Options] : [];
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = string.Join(", ", function.Opening.Methods.Concat(also));
        return Task.CompletedTask;
    }
}
