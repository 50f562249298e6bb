using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Postern.Local;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>The client of Key Vault and the vault of the tests, at the wire.</summary>
public class KeyVaultWireTests
{
    [Theory]
    [InlineData("https://mine.vault.azure.net", "https://vault.azure.net/.default")]
    [InlineData("https://mine.vault.azure.cn/", "https://vault.azure.cn/.default")]
    [InlineData("https://mine.vault.usgovcloudapi.net", "https://vault.usgovcloudapi.net/.default")]
    [InlineData("https://mine.managedhsm.azure.net", "https://managedhsm.azure.net/.default")]
    [InlineData("http://127.0.0.1:1234", "https://vault.azure.net/.default")]
    [InlineData("http://[::1]:1234", "https://vault.azure.net/.default")]
    public void The_token_that_is_asked_for_is_that_of_the_domain_above_the_vault(string vault, string scope) =>
        Assert.Equal(scope, KeyVaultAuthentication.ScopeOf(new Uri(vault)));

    [Theory]
    [InlineData("http://mine.vault.azure.net")]
    [InlineData("http://localhost:1234")]
    [InlineData("http://127.0.0.1.nip.example:1234")]
    [InlineData("https://10.0.0.1")]
    [InlineData("https://vault")]
    [InlineData("https://vault.net")]
    [InlineData("https://mine.vault.azure.net/keys/a")]
    public void An_address_to_which_no_vaults_token_may_go_is_refused(string vault) =>
        Assert.Throws<FormatException>(() => new KeyVault(new Uri(vault), new NoCredential()));

    [Fact]
    public async Task The_test_vault_challenges_who_has_no_token()
    {
        await using var vault = await TestVault.StartAsync();
        using var http = new HttpClient { BaseAddress = vault.Uri };

        using var answer = await http.GetAsync("/keys/any?api-version=2025-07-01", World.Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("resource=\"https://vault.azure.net\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("""{"alg":"ES256","value":"AAAA"}""", "Invalid length of 'value': 3 bytes. ES256 requires 32 bytes")]
    [InlineData("""{"alg":"RS256","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "incompatible")]
    [InlineData("""{"alg":"ES256"}""", "base64url")]
    public async Task The_test_vault_refuses_what_the_real_one_would(string body, string message)
    {
        await using var world = await World.StartAsync();
        var version = world.Vault.CreateKey("k", Jwk.EllipticCurve);

        var (status, error) = await PostAsync(world.Vault, $"/keys/k/{version}/sign", body);

        Assert.Equal((400, "BadParameter"), (status, error.GetProperty("code").GetString()));
        Assert.Contains(message, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_test_vault_signs_with_no_version_that_is_disabled_expired_or_not_yet_valid()
    {
        await using var world = await World.StartAsync();
        var now = world.Clock.Now;
        foreach (var (code, change) in new (string, Action<string>)[]
        {
            ("KeyDisabled", version => world.Vault.UpdateKey("k", version, enabled: false)),
            ("KeyExpired", version => world.Vault.UpdateKey("k", version, expiresAt: now)),
            ("KeyNotYetValid", version => world.Vault.UpdateKey("k", version, notBefore: now.AddSeconds(1))),
        })
        {
            var version = world.Vault.CreateKey("k", Jwk.EllipticCurve);
            change(version);
            const string toSign = """{"alg":"ES256","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""";
            var (status, error) = await PostAsync(world.Vault, $"/keys/k/{version}/sign", toSign);
            Assert.Equal((403, code), (status, error.GetProperty("innererror").GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task A_list_that_goes_on_at_another_host_is_not_followed()
    {
        using var transport = new Scripted("""{"value":[],"nextLink":"https://elsewhere.example/keys/k/versions?api-version=2025-07-01"}""");

        await Assert.ThrowsAsync<InvalidDataException>(() => ClientOver(transport).VersionsAsync("k", "role", World.Cancellation));

        Assert.Equal(["127.0.0.1"], transport.Hosts);
    }

    [Fact]
    public async Task A_list_without_end_is_given_up()
    {
        using var transport = new Scripted("""{"value":[],"nextLink":"http://127.0.0.1:9/keys/k/versions?api-version=2025-07-01"}""");

        await Assert.ThrowsAsync<InvalidDataException>(() => ClientOver(transport).VersionsAsync("k", "role", World.Cancellation));

        Assert.Equal(40, transport.Hosts.Count);
    }

    [Fact]
    public async Task A_signature_by_another_key_than_was_asked_is_refused()
    {
        using var transport = new Scripted("""{"kid":"http://127.0.0.1:9/keys/k/00000000000000000000000000000001","value":"AAAA"}""");

        await Assert.ThrowsAsync<InvalidDataException>(() =>
            ClientOver(transport).SignAsync(KeyVaultKeyId.Parse("k/00000000000000000000000000000002"), "ES256", new byte[32], World.Cancellation));
    }

    [Theory, InlineData("k"), InlineData("k/1"), InlineData("")]
    [InlineData("../k/00000000000000000000000000000001"), InlineData("k/00000000000000000000000000000001/x")]
    public void What_is_not_a_name_and_version_leads_to_no_key(string text) => Assert.Throws<FormatException>(() => KeyVaultKeyId.Parse(text));

    private static KeyVault ClientOver(HttpMessageHandler handler) =>
        new(new Uri("http://127.0.0.1:9"), new NoCredential(), new KeyVaultOptions { Transport = new HttpClientTransport(handler), Retries = 0 });

    private static async Task<(int Status, JsonElement Error)> PostAsync(TestVault vault, string path, string body)
    {
        var token = await vault.Credential.GetTokenAsync(new TokenRequestContext(["any"]), World.Cancellation);
        using var http = new HttpClient { BaseAddress = vault.Uri };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"{path}?api-version=2025-07-01", content, World.Cancellation);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(World.Cancellation));
        return ((int)answer.StatusCode, json.RootElement.GetProperty("error").Clone());
    }

    /// <summary>Answers everything with the same body, and remembers where it was sent.</summary>
    private sealed class Scripted(string body) : HttpMessageHandler
    {
        public List<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            var content = new StringContent(body, Encoding.UTF8, "application/json");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }

    private sealed class NoCredential : TokenCredential
    {
        public override Azure.Core.AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("t", DateTimeOffset.MaxValue);

        public override ValueTask<Azure.Core.AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
