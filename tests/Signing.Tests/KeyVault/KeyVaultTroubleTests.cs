using System.Net;
using System.Text;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>Vault mode while the vault, or what is in between, answers late, wrongly or not at all.</summary>
public class KeyVaultTroubleTests
{
    private const string KeyId = "k/00000000000000000000000000000002";

    [Fact]
    public async Task An_instance_that_was_idle_waits_for_the_keys_that_others_sign_with_by_now()
    {
        await using var world = await World.StartAsync();
        var (idle, busy) = (world.InVaultMode().Signer, world.InVaultMode().Signer);
        await idle.PublishedAsync();
        world.Vault.CreateKey(World.Names.EllipticCurve, Jwk.EllipticCurve);
        world.LetNextKeySign();
        var token = await busy.SignAsync(SigningAlgorithms.ES256);
        world.Vault.Latency = TimeSpan.FromSeconds(1.3);
        Assert.True(await idle.VerifiesAsync(token));
    }

    [Fact]
    public async Task Only_the_vault_itself_can_say_that_a_key_is_not_there()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InVaultMode();
        var reports = 0;
        keys.Failed = _ => reports++;
        var published = await signer.PublishedAsync();
        world.LetListsExpire();
        world.Vault.Fail("versions", 404);
        Assert.Equal(published, await signer.PublishedAsync());
        await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.Equal(1, reports);
    }

    [Fact]
    public async Task A_list_of_versions_that_breaks_off_is_none()
    {
        const string item = $$$"""{"kid":"http://127.0.0.1:9/keys/{{{KeyId}}}","attributes":{"enabled":true,"created":1}}""";
        const string first = $$$"""{"value":[{{{item}}}],"nextLink":"http://127.0.0.1:9/keys/k/versions?api-version=2025-07-01&$skiptoken=x"}""";
        var answers = new Queue<HttpResponseMessage>(
            [Answer(HttpStatusCode.OK, first), Answer(HttpStatusCode.NotFound, """{"error":{"code":"KeyNotFound"}}""")]
        );
        using var vault = new ScriptedVault(_ => Task.FromResult(answers.Dequeue()));
        await Assert.ThrowsAsync<KeyVaultException>(() => vault.Client(new()).VersionsAsync("k", "role", World.Cancellation));
    }

    [Fact]
    public async Task A_vault_without_keys_publishes_no_empty_set_and_says_what_to_create()
    {
        await using var world = await World.StartAsync();
        world.Vault.DeleteKey(World.Names.Rsa);
        world.Vault.DeleteKey(World.Names.EllipticCurve);
        var failure = await Assert.ThrowsAsync<SigningKeyException>(world.InVaultMode().Signer.PublishedAsync);
        Assert.Contains("az keyvault key create", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_emergency_the_next_key_signs_and_none_that_verifiers_have_forgotten()
    {
        await using var world = await World.StartAsync();
        foreach (var wait in new[] { 100, 100 })
        {
            world.Clock.Advance(TimeSpan.FromDays(wait));
            world.Vault.CreateKey(World.Names.EllipticCurve, Jwk.EllipticCurve);
        }
        world.Clock.Advance(TimeSpan.FromHours(20));
        var (signer, keys) = world.InVaultMode();
        var published = await signer.PublishedAsync();
        await keys.RetireAsync(Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)), World.Cancellation);
        Assert.Contains(Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)), published);
    }

    [Fact]
    public async Task A_disabled_version_that_the_vault_keeps_to_itself_is_not_missed()
    {
        await using var world = await World.StartAsync();
        world.Vault.UpdateKey("another", world.Vault.CreateKey("another", Jwk.EllipticCurve), enabled: false);
        world.Vault.Fail("get", 403, inner: "KeyDisabled");
        Assert.Empty(await new VaultKeys(world.Client(), new("none", "another"), World.Schedule, world.Clock).ListAsync(World.Cancellation));
    }

    [Theory, Rfc(9110, "10.2.3")]
    [InlineData("Retry-After", "20")]
    [InlineData("Retry-After", "in 20 s")]
    [InlineData("retry-after-ms", "20000")]
    [InlineData("x-ms-retry-after-ms", "20000")]
    public async Task A_longer_wait_than_a_request_can_bear_is_left_to_the_client_however_it_is_asked_for(string name, string value)
    {
        value = value == "in 20 s" ? DateTimeOffset.UtcNow.AddSeconds(20).ToString("R") : value;
        using var answer = Answer(HttpStatusCode.TooManyRequests, "{}");
        answer.Headers.TryAddWithoutValidation(name, value);
        using var vault = new ScriptedVault(_ => Task.FromResult(answer));
        await Assert.ThrowsAsync<KeyVaultException>(() => SignAsync(vault));
        Assert.Single(vault.Requests);
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(200, "")]
    [InlineData(302, "")]
    [InlineData(204, "")]
    [InlineData(404, "<html>")]
    [InlineData(200, $$"""{"kid":"http://127.0.0.1:9/keys/{{KeyId}}","value":12}""")]
    [InlineData(200, $$"""{"kid":"http://127.0.0.1:9/keys/{{KeyId}}","value":"!"}""")]
    public async Task What_is_no_answer_of_a_vault_is_an_outage(int status, string body)
    {
        using var vault = new ScriptedVault((HttpStatusCode)status, body);
        Assert.Equal(503, (await Assert.ThrowsAsync<KeyVaultException>(() => SignAsync(vault))).Status);
    }

    private static Task<byte[]> SignAsync(ScriptedVault vault) =>
        vault.Client(new KeyVaultOptions { Retries = 1 })
            .SignAsync(KeyVaultKeyId.Parse(KeyId), SigningAlgorithms.ES256, new byte[32], World.Cancellation);

    private static HttpResponseMessage Answer(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
