using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>
/// People. Everything about one is one partition of <c>users</c>: the person and a row for each app they have allowed,
/// so that both come in one round trip. <c>logins</c> finds the partition by what the person types, and remembers in which
/// browsers they did.
/// </summary>
public sealed class UserStore(Tables tables)
{
    private const string Users = "users";
    private const string Logins = "logins";
    private const string UserKey = "user";
    private const string LoginKey = "login";
    private const string ConsentPrefix = "consent.";
    private const string BrowserPrefix = "browser.";
    private const string SignedInAt = "SignedInAt";

    /// <summary>Most browsers that are remembered for one login, so that those who delete their cookies leave no heap behind.</summary>
    public const int MaxBrowsers = 20;

    public async Task<Stored<User>?> FindAsync(string subject, CancellationToken cancellation) =>
        await tables.FindAsync(Users, subject, UserKey, cancellation) is { } row ? new Stored<User>(ToUser(row), row.ETag) : null;

    /// <summary>Two reads, also for a login that nobody has (or null): the time it takes tells nobody who exists.</summary>
    public async Task<Stored<User>?> FindByLoginAsync(string? login, CancellationToken cancellation)
    {
        var row = await tables.FindAsync(Logins, LoginPartition(login ?? ""), LoginKey, cancellation);
        var found = await FindAsync(row?.RequiredText("Subject") ?? "nobody", cancellation);
        // A row that was left behind must not sign anybody in under a name they no longer bear.
        return found?.Value.Login == login ? found : null;
    }

    /// <summary>Whether anybody has signed in by this login in this browser before.</summary>
    public async Task<bool> KnowsBrowserAsync(string login, byte[] browserHash, CancellationToken cancellation) =>
        await tables.FindAsync(Logins, LoginPartition(login), BrowserKey(browserHash), cancellation) is not null;

    /// <summary>Remembers the browser, and forgets the one that was new the longest ago where there are too many.</summary>
    public async Task RememberBrowserAsync(string login, byte[] browserHash, DateTimeOffset signedInAt, CancellationToken cancellation)
    {
        var known = new List<Row>();
        await foreach (var row in BrowsersAsync(LoginPartition(login), cancellation))
            known.Add(row);
        foreach (var row in known.OrderByDescending(row => row.Instant(SignedInAt)).Skip(MaxBrowsers - 1))
            await tables.TryDeleteAsync(Logins, row.PartitionKey, row.RowKey, cancellation);
        await tables.MergeAsync(Logins, new Row(LoginPartition(login), BrowserKey(browserHash)).Set(SignedInAt, signedInAt), cancellation);
    }

    /// <summary>The person and what they have allowed the client: one read.</summary>
    public async Task<Account?> FindAccountAsync(string subject, string clientId, CancellationToken cancellation)
    {
        if (!TableKeys.IsKey(subject) || !TableKeys.IsKey(clientId))
            return null;
        var filter = $"PartitionKey eq '{Quoted(subject)}' and (RowKey eq '{UserKey}' or RowKey eq '{ConsentPrefix}{Quoted(clientId)}')";
        User? user = null;
        Consent? consent = null;
        await foreach (var row in tables.QueryAsync(Users, filter, cancellation))
        {
            if (row.RowKey == UserKey)
                user = ToUser(row);
            else
                consent = ToConsent(row);
        }
        return user is null ? null : new Account(user, consent);
    }

    /// <summary>False: the login name is taken.</summary>
    /// <remarks>
    /// The login's row decides, so it comes second: whoever stops between the two leaves a person nobody can sign in as,
    /// never a name that nobody can have.
    /// </remarks>
    public async Task<bool> TryAddAsync(User user, CancellationToken cancellation)
    {
        if (!await tables.TryInsertAsync(Users, ToRow(user), cancellation))
            throw new InvalidOperationException("A person of a new random subject is there already.");
        if (await tables.TryInsertAsync(Logins, new Row(LoginPartition(user.Login), LoginKey).Set("Subject", user.Subject), cancellation))
            return true;
        await tables.TryDeleteAsync(Users, user.Subject, UserKey, cancellation);
        return false;
    }

    public Task<bool> TryReplaceAsync(Stored<User> read, User next, CancellationToken cancellation) =>
        tables.TryReplaceAsync(Users, ToRow(next), read.ETag, cancellation);

    /// <summary>Removes the person, what they allowed, and last their login name.</summary>
    public async Task RemoveAsync(User user, CancellationToken cancellation)
    {
        await foreach (var row in tables.QueryAsync(Users, $"PartitionKey eq '{Quoted(user.Subject)}'", cancellation))
            await tables.TryDeleteAsync(Users, row.PartitionKey, row.RowKey, cancellation);
        var login = LoginPartition(user.Login);
        await foreach (var row in BrowsersAsync(login, cancellation))
            await tables.TryDeleteAsync(Logins, row.PartitionKey, row.RowKey, cancellation);
        await tables.TryDeleteAsync(Logins, login, LoginKey, cancellation);
    }

    /// <summary>Everybody, for operators; it reads the whole table.</summary>
    public async IAsyncEnumerable<User> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in tables.QueryAsync(Users, $"RowKey eq '{UserKey}'", cancellation))
            yield return ToUser(row);
    }

    /// <summary>
    /// Records what was allowed. The stamp stays, unless there is a new one: it may be newer than what the caller has read.
    /// </summary>
    public Task RecordConsentAsync(Consent consent, CancellationToken cancellation)
    {
        var row = new Row(consent.Subject, ConsentPrefix + consent.ClientId)
            .Set("Scope", consent.Scope)
            .Set("GrantedAt", consent.GrantedAt)
            .Set("Registration", consent.Registration)
            .Set("Stamp", NullIfNone(consent.Stamp));
        return tables.MergeAsync(Users, row, cancellation);
    }

    /// <summary>The person's apps.</summary>
    public async IAsyncEnumerable<Consent> ListConsentsAsync(
        string subject,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        if (!TableKeys.IsKey(subject))
            yield break;
        // '/' is the character after '.', so this is the range of keys with the prefix.
        var filter = $"PartitionKey eq '{Quoted(subject)}' and RowKey ge '{ConsentPrefix}' and RowKey lt 'consent/'";
        await foreach (var row in tables.QueryAsync(Users, filter, cancellation))
            yield return ToConsent(row);
    }

    private IAsyncEnumerable<Row> BrowsersAsync(string loginPartition, CancellationToken cancellation) =>
        tables.QueryAsync(Logins, $"PartitionKey eq '{loginPartition}' and RowKey ne '{LoginKey}'", cancellation);

    private static Row ToRow(User user) =>
        new Row(user.Subject, UserKey)
            .Set("Login", user.Login)
            .Set("PasswordHash", user.PasswordHash)
            .Set("Claims", user.Claims.ToJson())
            .Set("Disabled", user.Disabled)
            .Set("Stamp", NullIfNone(user.Stamp))
            .Set("CreatedAt", user.CreatedAt)
            .Set("UpdatedAt", user.UpdatedAt);

    private static User ToUser(Row row) =>
        new()
        {
            Subject = row.PartitionKey,
            Login = row.RequiredText("Login"),
            PasswordHash = row.Text("PasswordHash"),
            Claims = UserClaims.TryParse(row.Text("Claims") ?? "{}", out _) ?? UserClaims.Empty,
            Disabled = row.Flag("Disabled"),
            // Of before there were stamps: the instant up to which everything was ended, which stays so.
            Stamp = row.Text("Stamp") ?? (row.Instant("NotBefore") is null ? "" : "ended"),
            CreatedAt = row.RequiredInstant("CreatedAt"),
            UpdatedAt = row.RequiredInstant("UpdatedAt"),
        };

    private static Consent ToConsent(Row row) =>
        new()
        {
            Subject = row.PartitionKey,
            ClientId = row.RowKey[ConsentPrefix.Length..],
            Scope = row.Scope("Scope"),
            Registration = row.Text("Registration") ?? "",
            GrantedAt = row.RequiredInstant("GrantedAt"),
            Stamp = row.Text("Stamp") ?? "",
        };

    private static string? NullIfNone(string stamp) => stamp.Length == 0 ? null : stamp;

    private static string Quoted(string key) => key.Replace("'", "''", StringComparison.Ordinal);

    private static string BrowserKey(byte[] browserHash) => BrowserPrefix + Convert.ToHexStringLower(browserHash);

    private static string LoginPartition(string login) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(login)));
}
