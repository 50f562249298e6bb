using System.Collections.Concurrent;
using System.Net;
using Azure.Core;
using Azure.Identity;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

/// <summary>Environment variables are everybody's, so nothing else runs meanwhile.</summary>
[CollectionDefinition("managed identity", DisableParallelization = true)]
public sealed class AloneWithTheEnvironment;

/// <summary>What the platform's identity endpoint is asked for, and how often.</summary>
[Collection("managed identity")]
public sealed class ManagedIdentityTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string? Header, IQueryCollection Query)> requests = new();
    private readonly WebApplication app;
    private int status = 200;

    public ManagedIdentityTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", $"{app.Urls.Single()}/identity/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "whoever knows this");
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task The_identity_that_was_chosen_is_the_one_that_is_asked_for()
    {
        var clientId = Guid.NewGuid().ToString();

        Assert.Equal("a token", await TokenAsync(clientId, "https://vault.azure.net"));

        var (header, query) = Assert.Single(requests);
        Assert.Equal("whoever knows this", header);
        Assert.Equal((clientId, "https://vault.azure.net"), (query["client_id"].ToString(), query["resource"].ToString()));
    }

    [Fact]
    public async Task Where_none_was_chosen_it_is_the_apps_own()
    {
        // The library remembers tokens of the app's own identity for the whole process.
        Assert.Equal("a token", await TokenAsync(null, $"https://{Guid.NewGuid():N}.example"));

        Assert.DoesNotContain("client_id", Assert.Single(requests).Query.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_endpoint_that_stays_broken_is_asked_three_times_and_no_more()
    {
        status = 500;

        await Assert.ThrowsAnyAsync<AuthenticationFailedException>(() => TokenAsync(Guid.NewGuid().ToString(), "https://vault.azure.net"));

        Assert.InRange(requests.Count, 2, 3);
    }

    private static async Task<string> TokenAsync(string? clientId, string resource)
    {
        var credential = AzureCredential.Create(AzureIdentity.ManagedIdentity, clientId);
        return (await credential.GetTokenAsync(new TokenRequestContext([$"{resource}/.default"]), TestContext.Current.CancellationToken)).Token;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        requests.Enqueue((http.Request.Headers["X-IDENTITY-HEADER"], http.Request.Query));
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        var expiresOn = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds();
        await http.Response.WriteAsync(status == 200 ? $$"""{"access_token":"a token","expires_on":"{{expiresOn}}","token_type":"Bearer"}""" : "{}");
    }
}
