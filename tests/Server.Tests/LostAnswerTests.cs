using System.Diagnostics;
using System.Net;
using Postern.Local;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>Over Azurite, by a network that loses answers of what was carried out: the honest client keeps its grant, a thief never.</summary>
public class LostAnswerTests(AzuriteRaceTests.Storage storage) : IClassFixture<AzuriteRaceTests.Storage>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory, Rfc(9700, "4.14.2")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_follows_our_answers_keeps_its_grant_through_200_rotations(bool itsOwnAreLostToo)
    {
        await using var world = await World.StartAsync(storage.Azurite);
        var token = (await world.Flow.TokensAsync(await world.Server.SignedInAsync())).RefreshToken;
        world.Proxy.LoseEvery(3);
        for (int rotations = 0, asked = 0; rotations < 200;)
        {
            var answer = await world.Flow.RefreshAsync(token, ("scope", "api:read"));
            var isLost = itsOwnAreLostToo && ++asked % 3 == 0;
            if (answer.Status == HttpStatusCode.ServiceUnavailable || isLost)
                continue;
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            (token, rotations) = (answer.RefreshToken, rotations + 1);
        }
        Assert.Equal(201, (await world.GrantAsync(token)).Refresh!.Generation);
    }

    [Theory, Rfc(9700, "4.14.2")]
    [InlineData("thief first")]
    [InlineData("victim first")]
    [InlineData("both at once")]
    [InlineData("thief uses the access token")]
    [InlineData("thief comes late")]
    public async Task A_thief_is_always_found_out(string how)
    {
        await using var world = await World.StartAsync(storage.Azurite);
        var stolen = (await world.Flow.TokensAsync(await world.Server.SignedInAsync())).RefreshToken;
        world.Proxy.LoseEvery(3);
        var (victim, thief) = (stolen, stolen);
        for (var link = 0; link < 4; link++)
        {
            if (how == "both at once")
            {
                var both = await Task.WhenAll(UseAsync(victim), UseAsync(thief));
                (victim, thief) = (both[0], both[1]);
                continue;
            }
            if (how.StartsWith("thief", StringComparison.Ordinal) && how != "thief comes late")
                thief = await UseAsync(thief);
            victim = await UseAsync(victim);
            if (how == "victim first" || (how == "thief comes late" && link == 3))
                thief = await UseAsync(thief);
        }
        Assert.Equal(GrantState.Revoked, (await world.GrantAsync(stolen)).State);
        foreach (var token in new[] { victim, thief, stolen })
            Assert.Equal("invalid_grant", (await world.PersistAsync(() => world.Flow.RefreshAsync(token))).Error);

        // Whoever is refused keeps what they had.
        async Task<string> UseAsync(string token)
        {
            var answer = await world.PersistAsync(() => world.Flow.RefreshAsync(token));
            if (answer.Status == HttpStatusCode.OK && how == "thief uses the access token")
                await world.PersistAsync(() => world.Server.GetAsync("/userinfo", answer.AccessToken));
            return answer.Status == HttpStatusCode.OK ? answer.RefreshToken : token;
        }
    }

    [Fact, Rfc(9700, "4.14.2")]
    public async Task A_rotation_that_was_carried_out_and_never_answered_costs_the_client_a_wait()
    {
        await using var world = await World.StartAsync(storage.Azurite);
        var first = (await world.Flow.TokensAsync(await world.Server.SignedInAsync())).RefreshToken;
        // What was asked before is answered, and nothing from the write on.
        var isWritten = false;
        world.Proxy.Choose = (request, _) =>
        {
            isWritten |= request.Method == "PUT";
            return isWritten ? Fault.HangAfterwards : Fault.None;
        };
        await world.IsTemporaryAsync(() => world.Flow.RefreshAsync(first));
        await world.IsTemporaryAsync(() => world.Flow.RefreshAsync(first));
        world.Proxy.Do(Fault.None);
        var second = (await world.Flow.RefreshAsync(first)).RefreshToken;
        Assert.Equal(second, (await world.Flow.RefreshAsync(first)).RefreshToken);
        Assert.Equal(2, (await world.GrantAsync(first)).Refresh!.Generation);
        Assert.Equal(HttpStatusCode.OK, (await world.Flow.RefreshAsync(second)).Status);
    }

    [Theory, Rfc(6749, "4.1.2")]
    [InlineData(Fault.HangAfterwards)]
    [InlineData(Fault.Hang)]
    public async Task A_code_whose_redemption_is_not_known_is_refused_for_good_and_leaves_nothing_half_open(Fault fault)
    {
        await using var world = await World.StartAsync(storage.Azurite);
        var code = await world.Flow.CodeAsync(await world.Server.SignedInAsync());
        var isWritten = false;
        world.Proxy.Choose = (request, _) =>
        {
            isWritten |= request.Method == "PUT";
            return isWritten ? fault : Fault.None;
        };
        var waited = Stopwatch.StartNew();
        var answer = await world.Flow.RedeemAsync(code);
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, Soon);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
        world.Proxy.Do(Fault.None);
        Assert.Equal("invalid_grant", (await world.Flow.RedeemAsync(code)).Error);
        for (waited.Restart(); waited.Elapsed < TimeSpan.FromSeconds(30) && (await world.GrantAsync(code)).State != GrantState.Revoked;)
            await Task.Delay(200);
        Assert.Equal(GrantState.Revoked, (await world.GrantAsync(code)).State);
        Assert.Equal("invalid_grant", (await world.Flow.RedeemAsync(code)).Error);
        // The person is not held to it: another code is good.
        Assert.Equal(HttpStatusCode.OK, (await world.Flow.TokensAsync(await world.Server.SignedInAsync())).Status);
    }

    [Theory, Rfc(6749, "4.1.2")]
    [InlineData(Fault.Busy, "PUT")]
    [InlineData(Fault.Hang, "GET")]
    public async Task A_code_that_was_certainly_not_redeemed_can_be_redeemed_later(Fault fault, string method)
    {
        await using var world = await World.StartAsync(storage.Azurite);
        var code = await world.Flow.CodeAsync(await world.Server.SignedInAsync());
        world.Proxy.Do(fault, method);
        await world.IsTemporaryAsync(() => world.Flow.RedeemAsync(code));
        world.Proxy.Do(Fault.None);
        Assert.Equal(HttpStatusCode.OK, (await world.Flow.RedeemAsync(code)).Status);
    }

    [Fact, Rfc(6749, "4.1.2")]
    public async Task Of_codes_redeemed_while_every_third_answer_is_lost_none_is_refused()
    {
        await using var world = await World.StartAsync(storage.Azurite);
        world.Proxy.LoseEvery(3);
        for (var n = 0; n < 20; n++)
        {
            var tokens = await world.Flow.TokensAsync(await world.Server.SignedInAsync());
            Assert.Equal(HttpStatusCode.OK, tokens.Status);
            Assert.Equal(HttpStatusCode.OK, (await world.Flow.RefreshAsync(tokens.RefreshToken)).Status);
        }
    }

    /// <summary>A server behind the proxy, and the test's own way past it.</summary>
    private sealed record World(FaultProxy Proxy, AuthServer Server, GrantStore Grants) : IAsyncDisposable
    {
        public Flow Flow { get; } = new(Server, "rotating");

        public static async Task<World> StartAsync(Azurite azurite)
        {
            var proxy = await FaultProxy.StartAsync(azurite.ConnectionString);
            var server = await AuthServer.StartAsync(storage: proxy.ConnectionString);
            // Where consent is needed it is given before anything fails.
            await new Flow(server, "rotating").TokensAsync(await server.SignedInAsync());
            return new World(proxy, server, new GrantStore(Tables.Connect(azurite.ConnectionString)));
        }

        public async Task<Grant> GrantAsync(string handle)
        {
            var kind = handle.StartsWith("prt_", StringComparison.Ordinal) ? HandleKind.RefreshToken : HandleKind.AuthorizationCode;
            return (await Grants.FindAsync(Handle.TryParse(kind, handle)!.Row, default))!.Value;
        }

        /// <summary>As a client does that follows Retry-After.</summary>
        public async Task<Answer> PersistAsync(Func<Task<Answer>> ask)
        {
            var answer = await ask();
            for (var tries = 0; answer.Status == HttpStatusCode.ServiceUnavailable && tries < 10; tries++)
                answer = await ask();
            return answer;
        }

        public async Task IsTemporaryAsync(Func<Task<Answer>> ask)
        {
            var waited = Stopwatch.StartNew();
            var answer = await ask();
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (answer.Status, answer.Error));
            Assert.NotNull(answer.Header("Retry-After"));
            Assert.InRange(waited.Elapsed, TimeSpan.Zero, Soon);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
