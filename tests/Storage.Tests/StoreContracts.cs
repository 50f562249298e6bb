using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

public class StoresOverEmbedded(Embedded service) : StoreContracts(service), IClassFixture<Embedded>;

public class StoresOverAzurite(Emulated service) : StoreContracts(service), IClassFixture<Emulated>;

public abstract class StoreContracts(ITableServiceFixture service)
{
    private readonly Tables tables = Connect.To(service);

    // Whatever a stranger may send where an id is expected.
    public static TheoryData<string> HostileKeys =>
        [
            "", "'", "''", "a'b", "a/b", "a\\b", "a#b", "a?b", "%00", "\0", "\u0085", "a b", "', RowKey='x", "ü", "🗝", "\ud800",
            new string('a', 600), new string('a', 32768), "x' or 'a' eq 'a",
        ];

    [Fact]
    public async Task A_session_comes_back_and_ends()
    {
        var (sessions, session) = (new SessionStore(tables), Some.Session());
        await sessions.InsertAsync(session, default);
        Assert.Equivalent(session, await sessions.FindAsync(session.Id, default), strict: true);
        await sessions.EndAsync(session.Id, default);
        await sessions.EndAsync(session.Id, default);
        Assert.Null(await sessions.FindAsync(session.Id, default));
    }

    [Fact]
    public async Task The_browsers_of_a_login_are_remembered_up_to_a_number_and_the_oldest_forgotten()
    {
        var (users, login, start) = (new UserStore(tables), $"login-{Guid.NewGuid():N}", Some.Now);
        var browsers = Enumerable.Range(0, UserStore.MaxBrowsers + 3).Select(n => new byte[] { 1, (byte)n }).ToList();
        foreach (var (browser, n) in browsers.Select((browser, n) => (browser, n)))
            await users.RememberBrowserAsync(login, browser, start.AddMinutes(n), default);
        foreach (var (browser, n) in browsers.Select((browser, n) => (browser, n)))
            Assert.Equal(n >= 3, await users.KnowsBrowserAsync(login, browser, default));
        Assert.False(await users.KnowsBrowserAsync(login + "x", browsers[^1], default));
    }

    [Fact]
    public async Task An_interaction_of_the_longest_request_comes_back_and_changes_once()
    {
        var (interactions, interaction) = (new InteractionStore(tables), Some.Interaction());
        await interactions.InsertAsync(interaction, default);
        var read = (await interactions.FindAsync(interaction.Id, default))!;
        Assert.Equivalent(interaction, read.Value, strict: true);
        Assert.True(await interactions.TryReplaceAsync(read, interaction with { Completed = true }, default));
        Assert.False(await interactions.TryReplaceAsync(read, interaction with { Completed = true }, default));
    }

    [Fact]
    public async Task An_issuer_comes_back_and_changes_and_goes()
    {
        var (issuers, issuer) = (new TrustedIssuerStore(tables, new FakeClock(), TimeSpan.Zero), Some.Issuer());
        Assert.True(await issuers.TryAddAsync(issuer, default));
        Assert.False(await issuers.TryAddAsync(issuer, default));
        Assert.Equivalent(issuer, await issuers.FindAsync(issuer.Issuer, default));
        Assert.Contains(await issuers.ListAsync(default).ToListAsync(), one => one.Issuer == issuer.Issuer);
        Assert.Null(await issuers.FindAsync(issuer.Issuer.TrimEnd('/'), default));
        var read = (await issuers.ReadAsync(issuer.Issuer, default))!;
        Assert.True(await issuers.TryReplaceAsync(read, issuer with { Keys = new KeySource { JwksUri = "https://a.example/jwks" } }, default));
        Assert.False(await issuers.TryReplaceAsync(read, issuer, default));
        Assert.Equal("https://a.example/jwks", (await issuers.FindAsync(issuer.Issuer, default))!.Keys.JwksUri);
        Assert.True(await issuers.TryRemoveAsync(issuer.Issuer, default));
        Assert.False(await issuers.TryRemoveAsync(issuer.Issuer, default));
    }

    [Fact]
    public async Task A_pending_authorization_comes_back_with_its_age_and_its_id_is_taken()
    {
        var (authorizations, pending) = (new PendingAuthorizationStore(tables), Some.Pending());
        Assert.True(await authorizations.TryInsertAsync(pending, default));
        Assert.False(await authorizations.TryInsertAsync(pending with { ClientId = "another" }, default));
        var read = (await authorizations.FindAsync(pending.Id, default))!;
        Assert.InRange(read.Value.Age, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equivalent(pending, read.Value with { Age = default }, strict: true);
        Assert.True(await authorizations.TryReplaceAsync(read, pending with { IsPolled = false, StartedFrom = null }, default));
        Assert.False(await authorizations.TryReplaceAsync(read, pending, default));
        Assert.Null((await authorizations.FindAsync(pending.Id, default))!.Value.StartedFrom);
        Assert.Null(await authorizations.FindAsync(Some.Id(), default));
    }

    [Fact]
    public async Task People_find_what_waits_for_them_until_it_is_over_and_no_more_than_a_page()
    {
        var authorizations = new PendingAuthorizationStore(tables);
        var (before, after) = (Some.Now.Date.AddDays(1).AddMinutes(-1), Some.Now.Date.AddDays(1).AddMinutes(9));
        var (subject, ends) = (Some.Text(), new DateTimeOffset(after, TimeSpan.Zero));
        var mine = new[] { new DateTimeOffset(before, TimeSpan.Zero), ends }
            .Select(end => Some.Pending() with { Id = Some.Id(end), Subject = subject, ExpiresAt = end }).ToList();
        foreach (var pending in mine.Append(Some.Pending()))
            await authorizations.InsertForPersonAsync(pending, default);
        var now = mine[0].ExpiresAt.AddMinutes(-5);
        Assert.Equal(mine.Select(one => one.Id).ToHashSet(), (await authorizations.ListAsync(subject, now, ends, default)).ToHashSet());
        Assert.Equal([mine[1].Id], await authorizations.ListAsync(subject, mine[0].ExpiresAt, ends, default));
        Assert.Empty(await authorizations.ListAsync(Some.Text(), now, ends, default));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ =>
            authorizations.InsertForPersonAsync(Some.Pending() with { Id = Some.Id(ends), Subject = subject, ExpiresAt = ends }, default)));
        Assert.Equal(20, (await authorizations.ListAsync(subject, now, ends, default)).Count);
    }

    [Fact]
    public async Task Of_64_answers_at_once_one_counts()
    {
        var (authorizations, pending) = (new PendingAuthorizationStore(tables), Some.Pending() with { State = PendingState.Pending });
        await authorizations.TryInsertAsync(pending, default);
        var answers = Enumerable.Range(0, 64).Select(n => authorizations.TryAnswerAsync(pending.Id, one => Answered(one, n), default));
        Assert.Single(await Task.WhenAll(answers), counted => counted);
        Assert.False(await authorizations.TryAnswerAsync(Some.Id(), one => one, default));

        static PendingAuthorization? Answered(PendingAuthorization one, int n) =>
            one.State == PendingState.Pending ? one with { State = n % 2 == 0 ? PendingState.Approved : PendingState.Denied } : null;
    }

    [Fact]
    public async Task A_revoked_token_is_remembered_however_often_it_is_revoked()
    {
        var revoked = new RevokedTokenStore(tables);
        Assert.False(await revoked.IsRevokedAsync("a-token", Some.Now, default));
        await revoked.RememberAsync("a-token", Some.Now, default);
        await revoked.RememberAsync("a-token", Some.Now, default);
        Assert.True(await revoked.IsRevokedAsync("a-token", Some.Now, default));
        Assert.False(await revoked.IsRevokedAsync("another", Some.Now, default));
    }

    [Fact]
    public async Task Attempts_are_counted_one_by_one_and_forgotten()
    {
        var (attempts, bucket, day) = (new AttemptStore(tables), Some.Text(), DateOnly.FromDateTime(Some.Now.UtcDateTime));
        Assert.True(await attempts.TryRecordAsync(bucket, day, null, Attempts.None.Next(), default));
        Assert.False(await attempts.TryRecordAsync(bucket, day, null, Attempts.None.Next(), default));
        var read = (await attempts.FindAsync(bucket, day, default))!;
        Assert.True(await attempts.TryRecordAsync(bucket, day, read, read.Value.Next(), default));
        Assert.False(await attempts.TryRecordAsync(bucket, day, read, read.Value.Next(), default));
        Assert.Equal(2, (await attempts.FindAsync(bucket, day, default))!.Value.Count);
        await attempts.ForgetAsync(bucket, day, default);
        Assert.Null(await attempts.FindAsync(bucket, day, default));
    }

    [Fact]
    public async Task A_client_comes_back_as_it_was_registered_and_its_id_is_taken()
    {
        var (clients, client) = (new ClientStore(tables, new FakeClock(), TimeSpan.Zero), Some.Client());
        Assert.True(await clients.TryAddAsync(client, default));
        Assert.False(await clients.TryAddAsync(client, default));
        Assert.Equivalent(client, await clients.FindAsync(client.ClientId, default));
        Assert.Contains(await clients.ListAsync(default).ToListAsync(), one => one.ClientId == client.ClientId);
        var read = (await clients.ReadAsync(client.ClientId, default))!;
        Assert.True(await clients.TryReplaceAsync(read, client with { ClientName = "Other" }, default));
        Assert.Equal("Other", (await clients.FindAsync(client.ClientId, default))!.ClientName);
        Assert.True(await clients.TryRemoveAsync(client.ClientId, default));
        Assert.False(await clients.TryRemoveAsync(client.ClientId, default));
    }

    [Fact]
    public async Task A_resource_comes_back_as_it_was_registered_and_its_identifier_is_taken()
    {
        var (resources, resource) = (new ResourceStore(tables, new FakeClock(), TimeSpan.Zero), Some.Resource());
        Assert.True(await resources.TryAddAsync(resource, default));
        Assert.False(await resources.TryAddAsync(resource, default));
        Assert.Equivalent(resource, await resources.FindAsync(resource.Identifier, default), strict: true);
        Assert.Null(await resources.FindAsync(resource.Identifier + "/", default));
        Assert.Contains(await resources.ListAsync(default).ToListAsync(), one => one.Identifier == resource.Identifier);
        var read = (await resources.ReadAsync(resource.Identifier, default))!;
        Assert.True(await resources.TryReplaceAsync(read, resource with { Name = "Other" }, default));
        Assert.False(await resources.TryReplaceAsync(read, resource, default));
        Assert.Equal("Other", (await resources.FindAsync(resource.Identifier, default))!.Name);
        Assert.True(await resources.TryRemoveAsync(resource.Identifier, default));
        Assert.False(await resources.TryRemoveAsync(resource.Identifier, default));
    }

    [Fact]
    public async Task A_user_comes_back_by_subject_and_by_login_which_is_taken()
    {
        var (users, user) = (new UserStore(tables), Some.User());
        Assert.True(await users.TryAddAsync(user, default));
        Assert.False(await users.TryAddAsync(Some.User() with { Login = user.Login }, default));
        var found = (await users.FindByLoginAsync(user.Login, default))!;
        Assert.Equal(user.Claims.ToJson(), found.Value.Claims.ToJson());
        Assert.Equal(user with { Claims = found.Value.Claims }, found.Value);
        Assert.True(await users.TryReplaceAsync(found, user with { Disabled = true }, default));
        Assert.False(await users.TryReplaceAsync(found, user, default));
        Assert.Contains(await users.ListAsync(default).ToListAsync(), one => one.Subject == user.Subject && one.Disabled);
    }

    [Fact]
    public async Task A_row_of_a_login_that_its_person_does_not_bear_any_more_finds_nobody()
    {
        var (users, user) = (new UserStore(tables), Some.User());
        await users.TryAddAsync(user, default);
        var read = (await users.FindAsync(user.Subject, default))!;
        Assert.True(await users.TryReplaceAsync(read, user with { Login = $"{Some.Text()}@example.com" }, default));
        Assert.Null(await users.FindByLoginAsync(user.Login, default));
    }

    [Fact]
    public async Task A_row_of_another_kind_is_none_of_ours_wherever_it_stands()
    {
        var (rows, key) = (new ExpiringRows(tables, "session"), Some.Id().ToString());
        var day = DateOnly.FromDateTime(Some.Now.UtcDateTime);
        Assert.True(await rows.TryInsertAsync(day, rows.New(key).Set("Kind", "grant"), default));
        Assert.Null(await rows.FindAsync(day, key, default));
    }

    [Fact]
    public async Task One_login_name_claimed_by_16_at_once_goes_to_one()
    {
        var (users, login) = (new UserStore(tables), $"{Some.Text()}@example.com");
        var added = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => users.TryAddAsync(Some.User() with { Login = login }, default)));
        Assert.Single(added, one => one);
        Assert.Single(await users.ListAsync(default).Where(one => one.Login == login).ToListAsync());
    }

    [Fact]
    public async Task An_account_is_the_person_and_what_they_allowed_that_client()
    {
        var (users, user) = (new UserStore(tables), Some.User());
        await users.TryAddAsync(user, default);
        Assert.Null((await users.FindAccountAsync(user.Subject, "web", default))!.Consent);
        var consent = new Consent
        {
            Subject = user.Subject,
            ClientId = "web",
            Scope = Scope.TryParse("openid")!,
            Registration = "one",
            GrantedAt = Some.Now,
        };
        await users.RecordConsentAsync(consent, default);
        await users.RecordConsentAsync(consent with { ClientId = "web.2" }, default);
        Assert.Equal(consent, (await users.FindAccountAsync(user.Subject, "web", default))!.Consent);
        Assert.Equal(["web", "web.2"], (await users.ListConsentsAsync(user.Subject, default).ToListAsync()).Select(one => one.ClientId).Order());
        // Taken back by one while another, who has not seen it, allows more.
        await users.RecordConsentAsync(consent with { Stamp = "ended" }, default);
        await users.RecordConsentAsync(consent with { Scope = Scope.Empty }, default);
        var kept = (await users.FindAccountAsync(user.Subject, "web", default))!.Consent;
        Assert.Equal(consent with { Scope = Scope.Empty, Stamp = "ended" }, kept);
        await users.RemoveAsync(user, default);
        Assert.Null(await users.FindAccountAsync(user.Subject, "web", default));
        Assert.Null(await users.FindByLoginAsync(user.Login, default));
        Assert.Empty(await users.ListConsentsAsync(user.Subject, default).ToListAsync());
    }

    [Theory, MemberData(nameof(HostileKeys))]
    public async Task A_hostile_key_names_nothing(string key)
    {
        Assert.Null(await new ClientStore(tables, new FakeClock(), TimeSpan.Zero).FindAsync(key, default));
        Assert.Null(await new ResourceStore(tables, new FakeClock(), TimeSpan.Zero).FindAsync(key, default));
        Assert.Null(await new UserStore(tables).FindAsync(key, default));
        Assert.Null(await new UserStore(tables).FindByLoginAsync(key, default));
        Assert.Null(await new UserStore(tables).FindAccountAsync(key, key, default));
        Assert.Empty(await new UserStore(tables).ListConsentsAsync(key, default).ToListAsync());
        Assert.False(await new RevokedTokenStore(tables).IsRevokedAsync(key, Some.Now, default));
        Assert.Null(await new AttemptStore(tables).FindAsync(key, DateOnly.FromDateTime(Some.Now.UtcDateTime), default));
    }

    [Fact]
    public async Task A_sweep_drops_past_days_and_makes_those_to_come()
    {
        var (expiring, sessions) = (new ExpiringTables(tables), new SessionStore(tables));
        var old = Some.Session() with { Id = Some.Id(Some.Now.AddDays(-2000)) };
        var recent = Some.Session() with { Id = Some.Id(Some.Now.AddDays(-1999)) };
        await sessions.InsertAsync(old, default);
        await sessions.InsertAsync(recent, default);
        var swept = await expiring.SweepAsync(Some.Now.AddDays(-1998), [14], default);
        Assert.Contains(ExpiringTables.NameOf(old.Id.Day), swept.Dropped);
        Assert.Null(await sessions.FindAsync(old.Id, default));
        Assert.NotNull(await sessions.FindAsync(recent.Id, default));
        Assert.Contains(ExpiringTables.NameOf(DateOnly.FromDateTime(Some.Now.UtcDateTime).AddDays(-1998 + 15)), swept.Created);
        Assert.Empty((await expiring.SweepAsync(Some.Now.AddDays(-1998), [14], default)).Created);
    }

    [Fact]
    public async Task More_rows_than_a_page_holds_are_all_listed()
    {
        var (users, subject) = (new UserStore(tables), Some.Text());
        await Parallel.ForEachAsync(Enumerable.Range(0, 1005), async (i, _) =>
        {
            var consent = new Consent { Subject = subject, ClientId = $"c{i}", Registration = "", Scope = Scope.Empty, GrantedAt = Some.Now };
            await users.RecordConsentAsync(consent, default);
        });
        Assert.Equal(1005, (await users.ListConsentsAsync(subject, default).ToListAsync()).Count);
    }
}
