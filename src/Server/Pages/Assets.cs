using System.Security.Cryptography;

namespace Postern.Server;

/// <summary>Style, script and mark of the pages: embedded, under names that change with their content, so caches may keep them for good.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, Asset> All = new[] { ("postern.css", "text/css"), ("postern.svg", "image/svg+xml"), ("form-post.js", "text/javascript") }.ToDictionary(
        asset => asset.Item1,
        asset => Asset.Load(asset.Item1, asset.Item2),
        StringComparer.Ordinal
    );

    /// <summary>The path below the issuer's.</summary>
    public static string Url(string name) => $"/assets/{name}?v={All[name].Version}";

    public static Task<IResult> HandleAsync(HttpContext http) =>
        Task.FromResult(http.Request.RouteValues["name"] is string name && All.TryGetValue(name, out var asset) ? asset : Results.NotFound());

    private sealed record Asset(byte[] Content, string ContentType, string Version) : IResult
    {
        public static Asset Load(string name, string contentType)
        {
            using var resource = typeof(Assets).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The asset {name} is not embedded.");
            using var content = new MemoryStream();
            resource.CopyTo(content);
            return new Asset(content.ToArray(), contentType, Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..12]);
        }

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = ContentType;
            response.ContentLength = Content.Length;
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            response.Headers.XContentTypeOptions = "nosniff";
            // An SVG opened on its own is a document.
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            if (!HttpMethods.IsHead(httpContext.Request.Method))
                await response.Body.WriteAsync(Content, httpContext.RequestAborted);
        }
    }
}
