using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>A vault that is one function behind the client, and remembers where each request went and when.</summary>
internal sealed class ScriptedVault(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public ScriptedVault(HttpStatusCode status, string body)
        : this(_ => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") })) { }

    public static Uri Address { get; } = new("http://127.0.0.1:9");

    public ConcurrentQueue<(Uri Uri, long At)> Requests { get; } = new();

    public KeyVault Client(KeyVaultOptions options)
    {
        options.Transport = new HttpClientTransport(this);
        return new KeyVault(Address, new AnyToken(), options);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue((request.RequestUri!, TimeProvider.System.GetTimestamp()));
        return answer(cancellationToken);
    }

    private sealed class AnyToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("t", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
