using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Local;

/// <summary>What is printed when the server is ready.</summary>
internal static class Announcement
{
    public static string Text(ServerOptions options, LocalOptions local, Demo demo, string appAddress) =>
        $"""

          Postern is running.

          Try it now
            1. open       {appAddress}/login
            2. sign in    {Demo.Login}
               password   {demo.Password}

          Connect an app of yours
            issuer        {options.Issuer}
            web app       client_id demo-web, client_secret {demo.WebSecret} (client_secret_basic)
                          redirect URI {string.Join(" or ", Demo.WebRedirectUris)}
            native app    client_id demo-app, without a secret
                          redirect URI {string.Join(" or ", Demo.AppRedirectUris)}
                          (127.0.0.1 and [::1] go with any port)

          Get a token from here
            curl -u demo-web:{demo.WebSecret} -d grant_type=client_credentials {options.Issuer}/{Paths.Token}

          Register an app of your own
            export POSTERN_ISSUER={options.Issuer} POSTERN_STORAGE='{options.Storage}'
            dotnet run --project src/Cli -- client add my-app --redirect-uri http://localhost:3000/callback

          {Signed(local)}
          {Kept(local)} Ctrl+C stops it.

        """;

    private static string Kept(LocalOptions local) =>
        local.Azurite ? "Tables are kept in Azurite across restarts." : "Tables are kept in memory, until it stops; --azurite keeps them for longer.";

    private static string Signed(LocalOptions local) =>
        local.Vault switch
        {
            SigningMode.Vault => "Tokens are signed by an in-process Key Vault, one call each.",
            SigningMode.Wrapped => "Tokens are signed by keys that an in-process Key Vault has unwrapped, once.",
            _ => "Tokens are signed by a development key, kept in a file.",
        };

    public static string JsonLine(ServerOptions options, TestVault? vault, Demo demo, string appAddress)
    {
        return Encoding.UTF8.GetString(Json.Object(writer =>
        {
            writer.WriteString("issuer", options.Issuer);
            // For another server, or the command line tool, on the same tables and vault.
            writer.WriteStartObject("settings");
            writer.WriteString("POSTERN_STORAGE", options.Storage);
            if (vault is not null)
                Write(writer, options.Keys, vault);
            writer.WriteEndObject();
            writer.WriteString("app", appAddress);
            writer.WriteStartArray("clients");
            foreach (var client in demo.Clients(DateTimeOffset.UtcNow))
                Write(writer, client, client.IsPublic ? null : demo.WebSecret);
            writer.WriteEndArray();
            writer.WriteStartArray("users");
            writer.WriteStartObject();
            writer.WriteString("login", Demo.Login);
            writer.WriteString("password", demo.Password);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }));
    }

    private static void Write(Utf8JsonWriter writer, KeyOptions keys, TestVault vault)
    {
        writer.WriteString("POSTERN_KEY_VAULT", keys.Vault);
        writer.WriteString("POSTERN_SIGNING", keys.Mode == SigningMode.Vault ? "vault" : "wrapped");
        foreach (var (name, value) in vault.IdentitySettings)
            writer.WriteString(name, value);
    }

    private static void Write(Utf8JsonWriter writer, Client client, string? secret)
    {
        writer.WriteStartObject();
        writer.WriteString("client_id", client.ClientId);
        if (secret is not null)
            writer.WriteString("client_secret", secret);
        writer.WriteArray("token_endpoint_auth_methods", client.TokenEndpointAuthMethods);
        writer.WriteArray("redirect_uris", client.RedirectUris.Select(uri => uri.Value));
        writer.WriteArray("grant_types", client.GrantTypes);
        writer.WriteString("scope", client.Scope.ToString());
        writer.WriteEndObject();
    }
}
