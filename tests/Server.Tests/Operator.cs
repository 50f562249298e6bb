using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What an operator, or a person on their account page, changes behind the server's back.</summary>
public static class Operator
{
    public static async Task AddClientAsync(this AuthServer server, Client client) => Assert.True(await server.Clients.TryAddAsync(client, default));

    public static async Task ChangeClientAsync(this AuthServer server, string clientId, Func<Client, Client> change)
    {
        var stored = (await server.Clients.ReadAsync(clientId, default))!;
        Assert.True(await server.Clients.TryReplaceAsync(stored, change(stored.Value), default));
    }

    /// <summary>Registers a resource where it is not there yet.</summary>
    public static Task AddResourceAsync(this AuthServer server, Resource resource) =>
        new ResourceStore(server.Tables, server.Clock, TimeSpan.Zero).TryAddAsync(resource, default);

    public static async Task RemoveResourceAsync(this AuthServer server, string identifier) =>
        Assert.True(await new ResourceStore(server.Tables, server.Clock, TimeSpan.Zero).TryRemoveAsync(identifier, default));

    public static async Task RemoveClientAsync(this AuthServer server, string clientId) =>
        Assert.True(await server.Clients.TryRemoveAsync(clientId, default));

    public static async Task ChangeAliceAsync(this AuthServer server, Func<User, User> change)
    {
        var stored = (await server.Users.FindAsync(AuthServer.Subject, default))!;
        Assert.True(await server.Users.TryReplaceAsync(stored, change(stored.Value), default));
    }

    public static async Task RemoveAliceAsync(this AuthServer server) =>
        await server.Users.RemoveAsync((await server.Users.FindAsync(AuthServer.Subject, default))!.Value, default);

    /// <summary>Alice takes back what she allowed the client.</summary>
    public static Task TakeBackConsentAsync(this AuthServer server, string clientId) =>
        server.Users.RecordConsentAsync(
            new Consent
            {
                Subject = AuthServer.Subject,
                ClientId = clientId,
                Registration = "",
                Scope = Scope.Empty,
                GrantedAt = server.Clock.Now,
                Stamp = "taken back",
            },
            default
        );
}
