using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern client add</c>.</summary>
internal sealed class ClientAddCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly RegistrationOptions options;
    private readonly ClientKeyOptions keys;
    private readonly BackchannelOptions backchannel;
    private readonly ExchangeOptions exchange;
    private readonly LogoutOptions logout;
    private readonly ClientProfile profile;
    private readonly OriginOptions origins;

    public ClientAddCommand(CommandLine line)
        : base(
            "add",
            """
            Registers a client. Its secret is shown once and kept as a hash.

            Examples:
              postern client add web --redirect-uri https://app.example.com/callback
              postern client add spa --public --redirect-uri https://spa.example.com/
              postern client add desktop --native
              postern client add television --device
              postern client add nightly --machine --scope "orders:read" --audience https://api.example.com
              postern client add nightly --machine --scope "orders:read" --jwks public-keys.json
              postern client add api --resource-server https://api.example.com
            """
        )
    {
        Add(clientId);
        profile = new ClientProfile(this);
        options = new RegistrationOptions(this);
        keys = new ClientKeyOptions(this);
        backchannel = new BackchannelOptions(this);
        exchange = new ExchangeOptions(this);
        logout = new LogoutOptions(this);
        origins = new OriginOptions(this);
        Validators.Add(result =>
        {
            string[] withoutSecret = ["--public", "--native", "--device"];
            if (result.GetResult("--auth-method") is not null && withoutSecret.Any(name => result.GetValue<bool>(name)))
                result.AddError("A public client has no authentication method to choose.");
        });
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var (parsed, id) = (invocation.Parsed, invocation.Parsed.GetRequiredValue(clientId));
        var created = options.Apply(parsed, profile.Create(parsed, options, id, invocation.Now), problems);
        var described = origins.Apply(parsed, backchannel.Apply(parsed, exchange.Apply(parsed, created, problems)));
        described = keys.Apply(parsed, described, problems);
        var secret = described.UsesSecret ? Secrets.ForClient() : null;
        described = described with { Logout = logout.Apply(parsed, described.Logout, problems) };
        var client = described with { Secrets = secret is null ? [] : [new ClientSecret(Secrets.Hash(secret), null)] };
        var hints = Hints(parsed, client).ToArray();
        problems.AddRange(hints.Length > 0 ? hints : ClientRegistration.Problems(client));
        if (problems.Count > 0)
            return invocation.Refuse(problems);
        if (await TakenAsync(invocation, client.ClientId, cancellation) is { } taken)
            return invocation.Refuse(taken);
        var facts = ClientFacts.Of(client, secret);
        if (await invocation.ChangeAsync(secret, facts, () => invocation.Clients.TryAddAsync(client, cancellation)) is not { } done)
            return invocation.Refuse($"Somebody else has added '{client.ClientId}' just now. Nothing was changed.");
        if (secret is not null)
            invocation.Tell($"The client has a secret. {Secrets.ShownOnce} 'postern client rotate-secret' makes another.");
        foreach (var warning in ClientRegistration.Warnings(client))
            invocation.Tell(warning);
        return done;
    }

    // A machine's tokens have its id as sub, so a person's would be theirs (RFC 9700 §4.15).
    private static async Task<string?> TakenAsync(Invocation invocation, string clientId, CancellationToken cancellation)
    {
        if (await invocation.Clients.ReadAsync(clientId, cancellation) is not null)
            return $"There is a client '{clientId}' already. Change it with 'postern client set', or choose another id.";
        var isPerson = await invocation.Users.FindAsync(clientId, cancellation) is not null;
        return isPerson ? $"'{clientId}' is the subject of a person. Choose another id." : null;
    }

    private IEnumerable<string> Hints(ParseResult parsed, Client client)
    {
        if (client.MayUse(GrantTypes.AuthorizationCode) && !options.HasRedirectUris(parsed) && client.RedirectUris.Count == 0)
            yield return "Give --redirect-uri; or --native for an app on a device, --device for one without a browser, "
                + "--machine for a client without people, --resource-server for an API.";
        if (profile.IsMachine(parsed) && client.Scope.IsEmpty)
            yield return "Give --scope: what the client may ask for.";
    }
}
