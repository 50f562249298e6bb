using System.Net;
using System.Net.Sockets;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>The packaged server when it is killed, stopped, started without settings, or runs alone.</summary>
public sealed class PackagedLifeCycleTests
{
    [Fact]
    public async Task Killed_in_the_middle_of_refreshes_nobody_loses_what_they_hold()
    {
        await using var server = await PosternHost.StartAsync();
        var flow = new Flow(server, "rotating", scope: "openid offline_access");
        var held = new List<string>();
        for (var person = 0; person < 12; person++)
            held.Add((await flow.TokensAsync(await server.SignedInAsync())).RefreshToken);
        for (var round = 0; round < 2; round++)
        {
            var answers = held.Select(token => flow.RefreshAsync(token)).ToList();
            await Task.Delay(15 + 20 * round);
            await server.Host.KillAsync();
            // Whoever got no answer asks again with what they have.
            for (var i = 0; i < held.Count; i++)
                held[i] = (await answers[i]).Text("refresh_token") ?? (await flow.RefreshAsync(held[i])).RefreshToken;
        }
        Assert.Equal(3, server.Host.Starts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_in_flight_finishes_when_the_host_stops_or_the_worker_alone_is_told_to(bool alone)
    {
        await using var server = await PosternHost.StartAsync();
        await server.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        var process = server.Host.Process;
        var answer = await SlowlyAsync(server, alone ? () => TerminatedAsync(process) : server.Host.StopAsync);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(0, await process.Exited);
        Assert.Empty(server.Host.Failures);
    }

    [Fact]
    public async Task Without_settings_it_says_all_that_is_missing_at_once_and_ends()
    {
        var nothing = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(Deployment.Package));
        Assert.All(["POSTERN_ISSUER", "POSTERN_STORAGE", "POSTERN_KEY_VAULT"], name => Assert.Contains(name, nothing.Message, StringComparison.Ordinal));
    }

    [Fact, Spec("UAX", "15")]
    public async Task Where_no_text_can_be_normalized_it_does_not_start()
    {
        var variable = new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" };
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(Deployment.Package, variable));
        Assert.Contains("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT must not be set", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alone_it_is_a_plain_web_server_that_ends_by_SIGTERM()
    {
        await using var deployment = await Deployment.StartAsync();
        await using var alone = await AloneServer.StartAsync(deployment);
        Assert.Equal(HttpStatusCode.OK, (await alone.PostAsync("/token", "web", ("grant_type", "client_credentials"))).Status);
        Assert.StartsWith("HTTP/1.1 200", await SlowlyAsync(alone, () => TerminatedAsync(alone.Process)), StringComparison.Ordinal);
        Assert.Equal(0, await alone.Process.Exited);
    }

    [Fact]
    public void The_package_has_what_the_host_looks_for_at_its_root()
    {
        foreach (var name in new[] { "host.json", "worker.config.json", "extensions.json" })
            Assert.True(File.Exists(Path.Combine(Deployment.Package, name)), name);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Deployment.Package, ".azurefunctions"), "*.dll"));
        Assert.Equal(File.ReadAllText(Path.Combine(Checkout.Folder, "host.json")), File.ReadAllText(Path.Combine(Deployment.Package, "host.json")));
    }

    private static Task TerminatedAsync(WorkerProcess process)
    {
        process.Terminate();
        return Task.CompletedTask;
    }

    /// <summary>Sends a token request of which half comes after something else has happened.</summary>
    private static async Task<string> SlowlyAsync(RemoteServer server, Func<Task> meanwhile)
    {
        const string body = "grant_type=client_credentials";
        var basic = RemoteServer.Basic("web", RemoteServer.Secret);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        await writer.WriteAsync($"POST /token HTTP/1.1\r\nHost: a\r\nAuthorization: {basic}\r\nConnection: close\r\n"
            + $"Content-Type: {RemoteServer.FormType}\r\nContent-Length: {body.Length}\r\n\r\n{body[..10]}");
        // Whatever the load: a worker that has answered others since has read this half too. One that is told to stop before
        // it has read any of a request closes the connection, and the host cannot send a body twice.
        for (var others = 0; others < 5; others++)
            await server.GetAsync("/health/live");
        var happened = meanwhile();
        await Task.Delay(300);
        await writer.WriteAsync(body[10..]);
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync();
        await happened;
        return answer;
    }
}
