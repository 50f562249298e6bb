using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Two resource servers that call a scope the same, and the clients that serve them.</summary>
internal static class SomeResources
{
    public const string Orders = "https://orders.example";
    public const string Bills = "https://bills.example/v1?x=y";

    public static Resource OrdersResource { get; } = new()
    {
        Identifier = Orders,
        Name = "Orders",
        Scopes = new Dictionary<string, string> { ["api:read"] = "Read your orders", ["api:write"] = "Place orders" },
        AccessTokenLifetime = TimeSpan.FromMinutes(5),
        SigningAlgorithm = SigningAlgorithms.ES256,
        CreatedAt = default,
    };

    public static Resource BillsResource { get; } = new()
    {
        Identifier = Bills,
        Name = "Bills",
        Scopes = new Dictionary<string, string> { ["api:read"] = "See your bills" },
        CreatedAt = default,
    };

    /// <summary>Out of every test client's reach.</summary>
    public static Resource AdminResource { get; } = new()
    {
        Identifier = "https://admin.example",
        Name = "Administration",
        Scopes = new Dictionary<string, string> { ["admin"] = "Do everything" },
        CreatedAt = default,
    };

    /// <summary>Registers them, before anybody has asked for one.</summary>
    public static async Task AddResourcesAsync(this AuthServer server)
    {
        foreach (var resource in new[] { OrdersResource, BillsResource, AdminResource })
            await server.AddResourceAsync(resource);
        foreach (var (id, resource) in new[] { ("orders-api", Orders), ("bills-api", Bills) })
            await server.Clients.TryAddAsync(Serving(id, resource, server.Clock.Now), default);
    }

    private static Client Serving(string id, string resource, DateTimeOffset now) =>
        TestClients.Confidential(id, now) with { GrantTypes = [], RedirectUris = [], ProtectedResource = resource };
}
