using System.Net;
using Postern.Local;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>Many at once with one code or one refresh token: one wins, and nobody else gets anything of their own.</summary>
public abstract class RaceTests
{
    private const int Racers = 64;
    private const int Repetitions = 50;

    [Fact, Rfc(6749, "4.1.2"), Rfc(9700, "4.5.3")]
    public async Task A_code_is_redeemed_once()
    {
        await using var server = await StartAsync();
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            var flow = new Flow(server, "own");
            var code = await flow.CodeAsync(await server.SignedInAsync());
            var answers = await AtOnceAsync(() => flow.RedeemAsync(code));
            var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.All(answers.Except([won]), answer => Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error)));
            // A code in two hands is a stolen code, so the winner does not keep what it got.
            Assert.Equal("invalid_grant", (await flow.RefreshAsync(won.RefreshToken)).Error);
        }
    }

    [Fact, Rfc(8628, "3.4")]
    public async Task A_device_code_is_answered_once_and_redeemed_once()
    {
        await using var server = await StartAsync();
        for (var repetition = 0; repetition < Repetitions / 10; repetition++)
        {
            var device = await Device.StartAsync(server);
            var typed = await device.TypeAsync();
            var shown = await AtOnceAsync(async () => (await typed.Copy().PostAsync("/device", AllowIn(typed))).Page!);
            Assert.Single(shown, page => page.Body.Contains("Your device is connected", StringComparison.Ordinal));
            var answers = await AtOnceAsync(() => device.PollAsync());
            var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.All(answers.Except([won]), answer => Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error)));
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", won.AccessToken)).Status);
        }
    }

    [Fact, Spec("CIBA Core", "11")]
    public async Task What_a_person_allows_on_the_back_channel_is_redeemed_once()
    {
        await using var server = await StartAsync();
        var asked = await Backchannel.AskAsync(server);
        var page = await (await server.SignedInAsync()).GoAsync("/approvals");
        // The tables may be those of other tests, with their own requests.
        while (page.Shows("approval-1"))
            await page.ConsentAsync();
        Assert.Single(await AtOnceAsync(() => asked.PollAsync()), answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact, Rfc(8628, "3.5")]
    public async Task However_often_a_device_asks_at_once_its_person_is_heard()
    {
        await using var server = await StartAsync();
        var device = await Device.StartAsync(server);
        var typed = await device.TypeAsync();
        var answers = AtOnceAsync(() => device.PollAsync());
        Assert.Contains("Your device is connected", (await typed.ConsentAsync()).Page!.Body, StringComparison.Ordinal);
        Assert.All(await answers, answer => Assert.True(answer.Error is null or "authorization_pending" or "slow_down" or "invalid_grant", answer.Body));
    }

    [Fact, Rfc(9700, "4.14.2")]
    public async Task A_refresh_token_is_rotated_once()
    {
        await using var server = await StartAsync();
        var flow = new Flow(server, "rotating");
        for (var repetition = 1; repetition <= Repetitions; repetition++)
        {
            // A grant each: three tokens in a row that many ask for are a thief's doing.
            var token = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
            var answers = await AtOnceAsync(() => flow.RefreshAsync(token));
            var successors = answers.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer.RefreshToken).Distinct().ToList();
            Assert.NotEqual(token, Assert.Single(successors));
            var others = answers.Where(answer => answer.Status != HttpStatusCode.OK);
            Assert.All(others, answer => Assert.True(answer.Error is "invalid_grant" or "temporarily_unavailable", answer.Body));
            Assert.Equal(2, await GenerationAsync(server, token));
            Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(successors[0])).Status);
        }
    }

    [Fact, Rfc(7523, "3")]
    public async Task An_assertion_counts_once()
    {
        await using var server = await StartAsync();
        var clientId = $"key-{Guid.NewGuid():N}";
        await server.AddKeyClientAsync(AssertionRequests.KeyClient(clientId, server.Clock.Now, KeyPair.Ec));
        for (var repetition = 0; repetition < 5; repetition++)
        {
            var assertion = KeyPair.Ec.Sign(server.Claims(clientId, ("jti", $"{clientId}-{repetition}")));
            var answers = await AtOnceAsync(() => server.AssertAsync(assertion));
            var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.All(answers.Except([won]), answer => Assert.Equal("invalid_client", answer.Error));
        }
    }

    protected abstract Task<AuthServer> StartAsync();

    private static (string, string)[] AllowIn(Browser page) =>
        [.. new[] { "antiforgery", "user_code", "shown" }.Select(name => (name, page.Field(name)!)), ("decision", "allow")];

    private static async Task<int> GenerationAsync(AuthServer server, string token) =>
        (await new GrantStore(server.Tables).FindAsync(Handle.TryParse(HandleKind.RefreshToken, token)!.Row, default))!.Value.Refresh!.Generation;

    private static async Task<T[]> AtOnceAsync<T>(Func<Task<T>> act)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var racers = Enumerable.Range(0, Racers).Select(async _ =>
        {
            await start.Task;
            return await act();
        }).ToList();
        start.SetResult();
        return await Task.WhenAll(racers);
    }
}

public class EmbeddedRaceTests : RaceTests
{
    protected override Task<AuthServer> StartAsync() => AuthServer.StartAsync();
}

/// <summary>The same over Azurite, which answers more slowly and in its own words.</summary>
public class AzuriteRaceTests(AzuriteRaceTests.Storage storage) : RaceTests, IClassFixture<AzuriteRaceTests.Storage>
{
    protected override Task<AuthServer> StartAsync() => AuthServer.StartAsync(storage: storage.Azurite.ConnectionString);

    public sealed class Storage : IAsyncLifetime
    {
        public Azurite Azurite { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Azurite = await Azurite.StartAsync(null, null);

        public ValueTask DisposeAsync() => Azurite.DisposeAsync();
    }
}
