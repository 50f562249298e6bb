using System.Globalization;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Registered clients, remembered for a while by whoever reads them often.</summary>
public sealed class ClientStore
{
    private const string Clients = "clients";
    private const string ClientKey = "client";

    private readonly Tables tables;
    private readonly Remembered<Client> remembered;

    /// <param name="tables">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cacheFor">How long a client, or that there is none, is remembered.</param>
    public ClientStore(Tables tables, TimeProvider time, TimeSpan cacheFor)
    {
        this.tables = tables;
        remembered = new Remembered<Client>(time, cacheFor, async id => (await ReadAsync(id, CancellationToken.None))?.Value);
    }

    /// <summary>As it is remembered.</summary>
    public Task<Client?> FindAsync(string clientId, CancellationToken cancellation) =>
        TableKeys.IsKey(clientId) ? remembered.FindAsync(clientId, cancellation) : Task.FromResult<Client?>(null);

    /// <summary>The row as it is now, to be changed.</summary>
    public async Task<Stored<Client>?> ReadAsync(string clientId, CancellationToken cancellation) =>
        await tables.FindAsync(Clients, clientId, ClientKey, cancellation) is { } row ? new Stored<Client>(FromRow(row), row.ETag) : null;

    /// <summary>All of them, for operators; it reads the whole table.</summary>
    public async IAsyncEnumerable<Client> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in tables.QueryAsync(Clients, null, cancellation))
            yield return FromRow(row);
    }

    /// <summary>False: the id is taken.</summary>
    public Task<bool> TryAddAsync(Client client, CancellationToken cancellation) =>
        remembered.ForgettingAsync(client.ClientId, tables.TryInsertAsync(Clients, ToRow(client), cancellation));

    public Task<bool> TryReplaceAsync(Stored<Client> read, Client next, CancellationToken cancellation) =>
        remembered.ForgettingAsync(next.ClientId, tables.TryReplaceAsync(Clients, ToRow(next), read.ETag, cancellation));

    /// <summary>False: there was none.</summary>
    public Task<bool> TryRemoveAsync(string clientId, CancellationToken cancellation) =>
        remembered.ForgettingAsync(clientId, tables.TryDeleteAsync(Clients, clientId, ClientKey, cancellation));

    private static Row ToRow(Client client) =>
        new Row(client.ClientId, ClientKey)
            .Set("ClientName", client.ClientName)
            .Set("TokenEndpointAuthMethod", client.TokenEndpointAuthMethods)
            .Set("Secrets", client.Secrets.Select(ToLine))
            .Set("Keys", client.Keys.ToJson())
            .Set("TrustedSubjects", client.TrustedSubjects.Select(subject => subject.ToJson()))
            .Set("RedirectUris", client.RedirectUris.Select(uri => uri.Value))
            .Set("GrantTypes", client.GrantTypes.Count == 0 ? null : client.GrantTypes)
            .Set("Scope", client.Scope)
            .Set("Audience", client.Audience)
            .Set("ProtectedResource", client.ProtectedResource)
            .Set("AllowedOrigins", client.AllowedOrigins.Values)
            .Set("SigningAlgorithm", client.SigningAlgorithm)
            .Set("RequirePkce", client.RequirePkce)
            .Set("RequireConsent", client.RequireConsent)
            .Set("RotateRefreshTokens", client.RotateRefreshTokens)
            .Set("LeanIdToken", client.LeanIdToken)
            .Set("CodeLifetime", client.CodeLifetime)
            .Set("AccessTokenLifetime", client.AccessTokenLifetime)
            .Set("RefreshTokenLifetime", client.RefreshTokenLifetime)
            .Set("RefreshTokenMaxLifetime", client.RefreshTokenMaxLifetime)
            .Set("NotificationEndpoint", client.NotificationEndpoint)
            .SetLogout(client.Logout)
            .Set("CreatedAt", client.CreatedAt)
            .Set("Registration", client.Registration)
            .SetExchange(client.Exchange);

    private static Client FromRow(Row row) =>
        new()
        {
            ClientId = row.PartitionKey,
            ClientName = row.RequiredText("ClientName"),
            TokenEndpointAuthMethods = row.RequiredLines("TokenEndpointAuthMethod"),
            Secrets = [.. row.Lines("Secrets").Select(ToSecret)],
            Keys = ClientKeys.FromJson(row.Text("Keys")),
            TrustedSubjects = [.. row.Lines("TrustedSubjects").Select(TrustedSubject.FromJson)],
            RedirectUris = [.. row.Lines("RedirectUris").Select(ToRedirectUri)],
            GrantTypes = row.Lines("GrantTypes"),
            Scope = row.Scope("Scope"),
            Audience = row.Text("Audience"),
            ProtectedResource = row.Text("ProtectedResource"),
            AllowedOrigins = new AllowedOrigins(row.Lines("AllowedOrigins")),
            SigningAlgorithm = row.RequiredText("SigningAlgorithm"),
            RequirePkce = row.Flag("RequirePkce"),
            RequireConsent = row.Flag("RequireConsent"),
            RotateRefreshTokens = row.FlagOrNull("RotateRefreshTokens"),
            LeanIdToken = row.FlagOrNull("LeanIdToken"),
            CodeLifetime = row.Duration("CodeLifetime"),
            AccessTokenLifetime = row.Duration("AccessTokenLifetime"),
            RefreshTokenLifetime = row.Duration("RefreshTokenLifetime"),
            RefreshTokenMaxLifetime = row.Duration("RefreshTokenMaxLifetime"),
            NotificationEndpoint = row.Text("NotificationEndpoint"),
            Logout = row.Logout(),
            CreatedAt = row.RequiredInstant("CreatedAt"),
            Registration = row.Text("Registration") ?? "",
            Exchange = row.Exchange(),
        };

    // Hash in base64, then, where there is one, a blank and the expiry.
    private static string ToLine(ClientSecret secret) =>
        $"{Convert.ToBase64String(secret.Hash)} {secret.ExpiresAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}".TrimEnd();

    private static ClientSecret ToSecret(string line)
    {
        var parts = line.Split(' ');
        DateTimeOffset? expiresAt = parts.Length > 1 ? DateTimeOffset.Parse(parts[1], CultureInfo.InvariantCulture) : null;
        return new ClientSecret(Convert.FromBase64String(parts[0]), expiresAt);
    }

    internal static RedirectUri ToRedirectUri(string text) =>
        RedirectUri.Register(text).Succeeds(out var uri, out var refusal) ? uri : throw new InvalidDataException(refusal.Reason);
}
