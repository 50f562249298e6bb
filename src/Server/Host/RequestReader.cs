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

    /// <summary>A client's parameters in a form.</summary>
    public static async Task<Result<RequestParameters>> FormAsync(HttpRequest request) =>
        await BodyAsync(request) is { } body
            ? RequestParameters.Parse(body)
            : OAuthError.InvalidRequest($"The Content-Type must be {FormType}.");

    /// <summary>The fields of a page's form; null where it is none.</summary>
    public static async Task<FormFields?> FieldsAsync(HttpRequest request) => await BodyAsync(request) is { } body ? FormFields.Parse(body) : null;

    // One char a byte, so that whoever decodes it sees, and judges, the bytes themselves. A longer body throws with 413.
    private static async Task<string?> BodyAsync(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
            return null;
        using var body = new MemoryStream();
        var block = new byte[4096];
        while (await request.Body.ReadAsync(block, request.HttpContext.RequestAborted) is > 0 and var read)
        {
            body.Write(block, 0, read);
            if (body.Length > RequestParameters.MaxLength)
                throw new BadHttpRequestException("The form is too long.", StatusCodes.Status413PayloadTooLarge);
        }
        return Encoding.Latin1.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}
