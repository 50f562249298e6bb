using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;

namespace Postern.MinimalWorker;

/// <summary>Functions that say what arrived, or send back what they are told to.</summary>
public static class Echo
{
    [Function("echo")]
    public static async Task<IResult> RequestAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = "echo/{*rest}")] HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var query = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2).ElementAtOrDefault(1);
        return Results.Json(new
        {
            request.Method,
            Path = request.Path.Value,
            Rest = request.RouteValues["rest"] as string,
            Query = query,
            Host = request.Host.Value,
            request.Scheme,
            Peer = request.HttpContext.Connection.RemoteIpAddress?.ToString(),
            Headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase),
            Length = body.Length,
            Digest = Convert.ToHexString(SHA256.HashData(body.ToArray())),
        });
    }

    /// <summary>Each parameter of the query is a header, but <c>status</c>.</summary>
    [Function("answer")]
    public static async Task AnswerAsync([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
    {
        var response = request.HttpContext.Response;
        foreach (var (name, values) in request.Query.Where(parameter => parameter.Key != "status"))
            response.Headers[name] = values;
        response.StatusCode = int.Parse(request.Query["status"].ToString(), null);
        if (response.StatusCode is not (204 or 304))
            await response.WriteAsync("answer");
    }

    [Function("setcookies")]
    public static IResult SetCookies([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
    {
        request.HttpContext.Response.Cookies.Append("a", "1");
        request.HttpContext.Response.Cookies.Append("b", "2");
        return Results.NoContent();
    }

    [Function("posted")]
    public static IResult Posted([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) => Results.Text(request.Method);

    [Function("guarded")]
    public static IResult Guarded([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Results.Text(request.QueryString.Value!);
}
