using System.Globalization;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>A JSON answer to a client's back channel, never cached (RFC 6749 §5.1).</summary>
/// <param name="members">Writes the members of the object.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class JsonResponse(Action<Utf8JsonWriter> members, int status = StatusCodes.Status200OK) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = Json.Object(members);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
    }
}

/// <summary>
/// A refusal as JSON (RFC 6749 §5.2), with the challenge that a 401 owes (RFC 9110 §15.5.2) and that a protected
/// resource gives with every refusal (RFC 6750 §3).
/// </summary>
internal sealed class ErrorResponse(OAuthError error, string? challenge = null, int? status = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (challenge is not null || error.Status == StatusCodes.Status401Unauthorized)
            httpContext.Response.Headers.WWWAuthenticate = challenge ?? "Basic realm=\"Postern\"";
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = ((int)error.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new JsonResponse(Write, status ?? error.Status).ExecuteAsync(httpContext);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteString(Parameters.Error, error.Code);
        writer.WriteString(Parameters.ErrorDescription, error.Description);
    }
}

/// <summary>To who has not tried to authenticate: how to, and no error (RFC 6750 §3.1).</summary>
internal sealed class Challenge(string scheme) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status401Unauthorized;
        httpContext.Response.Headers.WWWAuthenticate = scheme;
        httpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

/// <summary>A public document: the same bytes for everybody, kept by caches for a while, and made once for all who ask.</summary>
internal sealed class DocumentResponse(byte[] json, TimeSpan maxAge) : IResult
{
    private readonly string etag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json))[..32]}\"";
    private readonly string cacheControl = $"public, max-age={(int)maxAge.TotalSeconds}";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.Headers.ETag = etag;
        response.Headers.CacheControl = cacheControl;
        if (IsKnown(request.Headers.IfNoneMatch.ToString()))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(request.Method))
            await response.BodyWriter.WriteAsync(json, httpContext.RequestAborted);
    }

    // RFC 9110 §13.1.2: the star stands for whatever there is.
    private bool IsKnown(string ifNoneMatch) => ifNoneMatch.Trim() == "*" || ifNoneMatch.Contains(etag, StringComparison.Ordinal);
}
