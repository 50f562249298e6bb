using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Postern.Local;

/// <summary>A response of the table service.</summary>
internal sealed record TableAnswer(int Status)
{
    public byte[]? Json { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static TableAnswer NoContent { get; } = new(204);

    /// <summary>An error as the service writes it: the code stands in the body alone.</summary>
    public static TableAnswer Error(int status, string code, string message) =>
        new(status) { Json = Encoding.UTF8.GetBytes($$$"""{"odata.error":{"code":"{{{code}}}","message":{"lang":"en-US","value":"{{{message}}}"}}}""") };

    public static TableAnswer NotFound { get; } = Error(404, "ResourceNotFound", "The specified resource does not exist.");

    public static TableAnswer NoTable { get; } = Error(404, "TableNotFound", "The table specified does not exist.");

    public static TableAnswer Written(string etag) => NoContent with { Headers = [("ETag", etag)] };

    public static TableAnswer Document(Action<Utf8JsonWriter> write, params (string, string)[] headers)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            write(writer);
        return new TableAnswer(200) { Json = stream.ToArray(), Headers = headers };
    }

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        if (Json is null)
            return;
        response.ContentType = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";
        await response.Body.WriteAsync(Json);
    }
}
