using System.Text.Json;

namespace Postern.Local;

/// <summary>A response of the table service.</summary>
internal sealed record TableAnswer(int Status)
{
    public byte[]? Json { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static TableAnswer NoContent { get; } = new(204);

    /// <summary>An error as the service writes it: the code stands in the body alone.</summary>
    public static TableAnswer Error(int status, string code, string message) =>
        Document(writer =>
        {
            writer.WriteStartObject("odata.error");
            writer.WriteString("code", code);
            writer.WriteStartObject("message");
            writer.WriteString("lang", "en-US");
            writer.WriteString("value", message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }) with
        { Status = status };

    public static TableAnswer NotFound { get; } = Error(404, "ResourceNotFound", "The specified resource does not exist.");

    public static TableAnswer NoTable { get; } = Error(404, "TableNotFound", "The table specified does not exist.");

    public static TableAnswer Written(string etag) => NoContent with { Headers = [("ETag", etag)] };

    public static TableAnswer Document(Action<Utf8JsonWriter> members, params (string, string)[] headers) =>
        new(200) { Json = Protocol.Json.Object(members), Headers = headers };

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
