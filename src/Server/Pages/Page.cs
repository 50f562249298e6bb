using Postern.Protocol;

namespace Postern.Server;

/// <summary>One page for a person: what it says, and what its forms may reach.</summary>
/// <param name="Title">The document's title, and its one h1.</param>
/// <param name="Body">What is below the title.</param>
internal sealed record Page(string Title, Html Body)
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>How long to wait where trying again helps (RFC 9110 §10.2.3).</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where, beside this server, a form's chain of redirects may go (CSP form-action, which browsers hold redirects to).</summary>
    public string? FormAction { get; init; }

    /// <summary>The origins whose pages its frames show (CSP frame-src); without any it has no frames.</summary>
    public IReadOnlyList<string> FrameSources { get; init; } = [];

    /// <summary>A script of ours, by its asset name. Pages work without.</summary>
    public string? Script { get; init; }

    /// <summary>Keeps a form from being sent twice by two clicks.</summary>
    public const string SubmitOnce = "submit-once.js";
}

/// <summary>
/// Writes a page with the headers that keep it ours: no frames, no foreign content, no inline script, no cache, no
/// referrer (RFC 9700 §4.2, §4.16).
/// </summary>
internal sealed class PageResponse(Page page, ServerOptions options) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, headers) = (httpContext.Response, httpContext.Response.Headers);
        response.StatusCode = page.Status;
        response.ContentType = "text/html; charset=utf-8";
        response.RetryAfter(page.RetryAfter);
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // No Cross-Origin-Opener-Policy: it would cut a sign-in popup off from the page that waits for it.
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-store";
        if (options.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        await response.WriteAsync(Layout.Render(page, options.Name, options.BasePath).ToString(), httpContext.RequestAborted);
    }

    private string ContentSecurityPolicy
    {
        get
        {
            var script = page.Script is null ? "" : "script-src 'self'; ";
            var formAction = page.FormAction is null ? "'self'" : $"'self' {page.FormAction}";
            var frames = page.FrameSources.Count == 0 ? "" : $"frame-src {string.Join(' ', page.FrameSources)}; ";
            var sources = $"style-src 'self'; img-src 'self'; {script}{frames}";
            return $"default-src 'none'; {sources}form-action {formAction}; frame-ancestors 'none'; base-uri 'none'";
        }
    }
}
