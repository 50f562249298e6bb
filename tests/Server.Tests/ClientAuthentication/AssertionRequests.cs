using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Clients that sign assertions, and their requests.</summary>
internal static class AssertionRequests
{
    public const string Type = ClientAuthenticationMethods.JwtBearerAssertion;

    private static int count;

    /// <summary>A client with these keys and no secret.</summary>
    public static Client KeyClient(string id, DateTimeOffset now, params KeyPair[] keys) =>
        KeyClient(id, now, new KeySource { Jwks = JwkSet.TryParse(System.Text.Encoding.UTF8.GetBytes(KeyPair.Jwks(keys)), out _) });

    public static Client KeyClient(string id, DateTimeOffset now, KeySource keys) =>
        TestClients.Confidential(id, now) with
        {
            TokenEndpointAuthMethods = [ClientAuthenticationMethods.PrivateKeyJwt],
            Secrets = [],
            Keys = new ClientKeys { Own = keys },
        };

    /// <summary>Adds a client that must be right.</summary>
    public static async Task<Client> AddKeyClientAsync(this AuthServer server, Client client)
    {
        Assert.Empty(ClientRegistration.Problems(client));
        await server.AddClientAsync(client);
        return client;
    }

    /// <summary>What a client says of itself (RFC 7523 §3). Given claims replace the usual ones; a null leaves one out.</summary>
    public static Dictionary<string, object?> Claims(this AuthServer server, string clientId, params (string Name, object? Value)[] claims)
    {
        var now = server.Clock.Now.ToUnixTimeSeconds();
        var usual = new Dictionary<string, object?>
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = AuthServer.Issuer,
            ["jti"] = $"id-{Interlocked.Increment(ref count)}",
            ["iat"] = now,
            ["exp"] = now + 60,
        };
        foreach (var (name, value) in claims)
            usual[name] = value;
        return usual;
    }

    /// <summary>A token request by client credentials.</summary>
    public static Task<Answer> AssertAsync(this AuthServer server, string assertion, params (string Name, string Value)[] more) =>
        server.AssertAtAsync("/token", assertion, [("grant_type", "client_credentials"), ("scope", "api:read"), .. more]);

    public static async Task<Answer> AssertAtAsync(this AuthServer server, string path, string assertion, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = RemoteServer.Form([("client_assertion_type", Type), ("client_assertion", assertion), .. form]);
        return await server.SendAsync(request);
    }

    public static bool Logged(this AuthServer server, string text) => server.Log.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));
}
