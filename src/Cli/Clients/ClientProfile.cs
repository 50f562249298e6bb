using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>What kind of client it is, from which the rest follows: a web app with a server unless said otherwise.</summary>
internal sealed class ClientProfile
{
    private static readonly Scope ForPeople = Scope.TryParse("openid profile email offline_access")!;
    private static readonly string[] LoopbackRedirectUris = ["http://127.0.0.1/callback", "http://[::1]/callback"];

    private readonly Option<bool> isPublic = new("--public") { Description = "An app in the browser: no secret (RFC 6749 §2.1)." };
    private readonly Option<bool> isNative = new("--native")
    {
        Description = "An app on a device: no secret, and unless given, redirect URIs on the loopback address (RFC 8252 §7.3).",
    };
    private readonly Option<bool> isDevice = new("--device")
    {
        Description = "An app on a device without a browser: no secret; people type a code at /device (RFC 8628).",
    };
    private readonly Option<bool> isMachine = new("--machine") { Description = "No people: client_credentials only. Needs --scope." };

    public ClientProfile(Command command)
    {
        command.Add(isPublic);
        command.Add(isNative);
        command.Add(isDevice);
        command.Add(isMachine);
        command.Validators.Add(result =>
        {
            if (new[] { isPublic, isNative, isDevice, isMachine }.Count(result.GetValue) > 1)
                result.AddError("A client is one of --public, --native, --device and --machine.");
        });
    }

    public bool IsMachine(ParseResult parsed) => parsed.GetValue(isMachine);

    public bool IsPublic(ParseResult parsed) => new[] { isPublic, isNative, isDevice }.Any(parsed.GetValue);

    /// <summary>A client of this kind, before the other options.</summary>
    public Client Create(ParseResult parsed, RegistrationOptions options, string clientId, DateTimeOffset now)
    {
        var client = new Client
        {
            ClientId = clientId,
            ClientName = clientId,
            TokenEndpointAuthMethods = IsPublic(parsed) ? [ClientAuthenticationMethods.None] : ClientAuthenticationMethods.WithSecret,
            CreatedAt = now,
            Registration = Secrets.Stamp(),
        };
        if (IsMachine(parsed))
            return client with { GrantTypes = [GrantTypes.ClientCredentials] };
        if (parsed.GetValue(isDevice))
            return client with { GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken], Scope = ForPeople };
        // A resource server that has no people to redirect only introspects.
        if (options.IsResourceServer(parsed) && !options.HasRedirectUris(parsed))
            return client;
        return client with
        {
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
            Scope = ForPeople,
            RedirectUris = parsed.GetValue(isNative) ? [.. LoopbackRedirectUris.Select(Loopback)] : [],
        };
    }

    public static RedirectUri Loopback(string uri) =>
        RedirectUri.Register(uri).Succeeds(out var registered, out var refusal)
            ? registered
            : throw new InvalidOperationException(refusal.Reason);
}
