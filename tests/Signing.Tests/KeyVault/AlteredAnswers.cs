using System.Text;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>The vault's answers, changed on their way.</summary>
/// <param name="alter">Changes one, knowing the path that was asked.</param>
internal sealed class AlteredAnswers(Action<string, JsonNode> alter) : DelegatingHandler(new HttpClientHandler())
{
    /// <summary>A client of the world's vault that gets them.</summary>
    public KeyVault ClientOf(World world) =>
        new(world.Vault.Uri, world.Vault.Credential, new KeyVaultOptions { Transport = new HttpClientTransport(this), Retries = 0 });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            return answer;
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
        alter(request.RequestUri!.AbsolutePath, body);
        answer.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return answer;
    }
}
