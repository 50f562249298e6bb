using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Storage;

/// <summary>How requests to the table service look, and how its answers are told apart.</summary>
internal sealed class TableRequests(HttpPipeline pipeline, Uri endpoint)
{
    public HttpMessage Message(RequestMethod method, string path, string? query = null, Row? content = null, byte[]? json = null)
    {
        var message = pipeline.CreateMessage();
        var request = message.Request;
        request.Method = method;
        request.Uri.Reset(endpoint);
        request.Uri.AppendPath("/" + path, escape: false);
        if (!string.IsNullOrEmpty(query))
            request.Uri.Query = query;
        request.Headers.Add("Accept", "application/json;odata=minimalmetadata");
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add("x-ms-version", "2020-12-06");
        if ((json ?? content?.ToJson()) is { } body)
        {
            request.Headers.Add("Content-Type", "application/json");
            request.Content = RequestContent.Create(body);
        }
        return message;
    }

    public async Task<int> SendAsync(HttpMessage message, CancellationToken cancellation, params int[] expected)
    {
        message.ResponseClassifier = new StatusClassifier(expected);
        await pipeline.SendAsync(message, cancellation);
        return expected.Contains(message.Response.Status) ? message.Response.Status : throw Failure(message.Response);
    }

    // Azurite sends x-ms-error-code; the service sends the code in the body alone.
    public static string? ErrorCode(Response response)
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

    // Not the body, which may quote the row.
    public static RequestFailedException Failure(Response response) =>
        new(response.Status, $"Table Storage answered {response.Status} {ErrorCode(response)}", ErrorCode(response), null);

    public static string? Continuation(Response response, params string[] names)
    {
        var parts = names
            .Select(name => (name, value: response.Headers.TryGetValue($"x-ms-continuation-{name}", out var value) ? value : null))
            .Where(part => !string.IsNullOrEmpty(part.value))
            .Select(part => $"{part.name}={Uri.EscapeDataString(part.value!)}")
            .ToList();
        return parts.Count == 0 ? null : string.Join('&', parts);
    }

    /// <summary>Retries what Azure.Core retries, and reports as errors what the caller does not expect.</summary>
    private sealed class StatusClassifier(int[] expected) : ResponseClassifier
    {
        public override bool IsErrorResponse(HttpMessage message) => !expected.Contains(message.Response.Status);
    }
}
