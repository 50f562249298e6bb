using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Local;

/// <summary>What is printed when the server is ready.</summary>
internal static class Announcement
{
    public static string Text(string issuer, string storage, Demo demo, string appAddress) =>
        $"""

        Postern is ready at {issuer}

          Try it            {appAddress}/login
                            sign in as {Demo.Login} with the password {demo.Password}

          Metadata          {issuer}{Paths.OpenIdConfiguration}
          Confidential      demo-web, secret {demo.WebSecret}
                            redirects to {string.Join(" or ", Demo.WebRedirectUris)} (any port at 127.0.0.1)
          Public            demo-app, redirects to http://127.0.0.1:<any port>/callback
          Tables            {storage}

          curl -u demo-web:{demo.WebSecret} -d grant_type=client_credentials {issuer}{Paths.Token}

        Ctrl+C stops it.

        """;

    public static string JsonLine(string issuer, string storage, Demo demo)
    {
        return Encoding.UTF8.GetString(Json.Object(writer =>
        {
            writer.WriteString("issuer", issuer);
            writer.WriteString("storage", storage);
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

    private static void Write(Utf8JsonWriter writer, Client client, string? secret)
    {
        writer.WriteStartObject();
        writer.WriteString("client_id", client.ClientId);
        if (secret is not null)
            writer.WriteString("client_secret", secret);
        writer.WriteString("token_endpoint_auth_method", client.TokenEndpointAuthMethod);
        writer.WriteArray("redirect_uris", client.RedirectUris.Select(uri => uri.Value));
        writer.WriteArray("grant_types", client.GrantTypes);
        writer.WriteString("scope", client.Scope.ToString());
        writer.WriteEndObject();
    }
}
