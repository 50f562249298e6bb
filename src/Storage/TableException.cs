using System.Text.Json;
using Azure;
using Azure.Core;

namespace Postern.Storage;

/// <summary>A refusal of the table service. Its message does not quote the answer's body, which may quote the row.</summary>
internal sealed class TableException(HttpMessage message) : RequestFailedException(message.Response, null, new Details())
{
    public override string Message => $"Table Storage answered {Status} {ErrorCode}";

    /// <summary>Whether an earlier try, or this one, may have been carried out.</summary>
    public bool MayBeWritten { get; } = TryPolicy.MayBeWritten(message);

    /// <summary>The service's code; null where the answer has none, as one of a gateway in between.</summary>
    public static string? Code(Response response)
    {
        try
        {
            using var json = JsonDocument.Parse(response.Content);
            return json.RootElement.GetProperty("odata.error").GetProperty("code").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    // Azurite sends x-ms-error-code; the service sends the code in the body alone.
    private sealed class Details : RequestFailedDetailsParser
    {
        public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
        {
            (error, data) = (new ResponseError(Code(response), null), null);
            return true;
        }
    }
}
