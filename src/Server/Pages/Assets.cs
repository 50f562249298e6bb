using System.Security.Cryptography;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Style, script and mark of the pages: embedded, and linked by URLs that change with their content, so caches may keep
/// them for good.
/// </summary>
internal static class Assets
{
    private static readonly Dictionary<string, Asset> All = new[]
    {
        Asset.Load("postern.css", "text/css; charset=utf-8"),
        Asset.Load("postern.svg", "image/svg+xml"),
        Asset.Load("form-post.js", "text/javascript; charset=utf-8"),
        Asset.Load("signed-out.js", "text/javascript; charset=utf-8"),
        Asset.Load(Page.SubmitOnce, "text/javascript; charset=utf-8"),
    }.ToDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>The path below the issuer's.</summary>
    public static string Url(string name) => $"/{Paths.Assets}/{name}?v={All[name].Version}";

    [Function("assets"), BackChannel("GET", "HEAD")]
    public static Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Assets + "/{name}")] HttpRequest request) =>
        Task.FromResult(request.RouteValues["name"] is string name && All.TryGetValue(name, out var asset) ? asset : Results.NotFound());

    private sealed record Asset(string Name, string ContentType, byte[] Content, string Version) : IResult
    {
        public static Asset Load(string name, string contentType)
        {
            using var resource = typeof(Assets).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"The asset {name} is not embedded.");
            var content = new byte[resource.Length];
            resource.ReadExactly(content);
            return new Asset(name, contentType, content, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
        }

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            var tag = new EntityTagHeaderValue($"\"{Version}\"");
            response.Headers.ETag = tag.ToString();
            // While a new version is rolled out, an instance may be asked for the other version's content: that answer must not last.
            response.Headers.CacheControl = request.Query["v"] == Version ? "public, max-age=31536000, immutable" : "no-cache";
            response.Headers.XContentTypeOptions = "nosniff";
            // An SVG opened on its own is a document.
            response.Headers.ContentSecurityPolicy = "default-src 'none'";
            var isKnown = request.GetTypedHeaders().IfNoneMatch
                .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
            if (isKnown)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            response.ContentType = ContentType;
            response.ContentLength = Content.Length;
            if (!HttpMethods.IsHead(request.Method))
                await response.Body.WriteAsync(Content, httpContext.RequestAborted);
        }
    }
}
