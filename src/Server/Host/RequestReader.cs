using System.Text;
using Microsoft.Net.Http.Headers;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>HTTP to <see cref="RequestParameters"/>, without ASP.NET Core's form and query readers: those merge, trim and forgive.</summary>
internal static class RequestReader
{
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>The query's parameters.</summary>
    public static Result<RequestParameters> Query(HttpRequest request) => RequestParameters.Parse(request.QueryString.Value?.TrimStart('?') ?? "");

    /// <summary>The form's parameters. A longer body throws <see cref="BadHttpRequestException"/> with 413.</summary>
    public static async Task<Result<RequestParameters>> FormAsync(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
            return OAuthError.InvalidRequest($"The Content-Type must be {FormType}.");
        using var body = new MemoryStream();
        var block = new byte[4096];
        while (await request.Body.ReadAsync(block, request.HttpContext.RequestAborted) is > 0 and var read)
        {
            body.Write(block, 0, read);
            if (body.Length > RequestParameters.MaxLength)
                throw new BadHttpRequestException("The form is too long.", StatusCodes.Status413PayloadTooLarge);
        }
        // One char a byte, so that Parse sees, and judges, the bytes themselves.
        return RequestParameters.Parse(Encoding.Latin1.GetString(body.GetBuffer(), 0, (int)body.Length));
    }
}
