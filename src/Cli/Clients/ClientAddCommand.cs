using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern client add</c>.</summary>
internal sealed class ClientAddCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly RegistrationOptions options;
    private readonly ClientProfile profile;

    public ClientAddCommand(CommandLine line)
        : base(
            "add",
            """
            Registers a client. Its secret is shown once and kept as a hash.

            Examples:
              postern client add web --redirect-uri https://app.example.com/callback
              postern client add spa --public --redirect-uri https://spa.example.com/
              postern client add desktop --native
              postern client add nightly --machine --scope "orders:read" --audience https://api.example.com
              postern client add api --resource-server https://api.example.com
            """
        )
    {
        Add(clientId);
        profile = new ClientProfile(this);
        options = new RegistrationOptions(this);
        Validators.Add(result =>
        {
            if (result.GetResult("--auth-method") is not null && (result.GetValue<bool>("--public") || result.GetValue<bool>("--native")))
                result.AddError("A public client has no authentication method to choose.");
        });
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var (parsed, id) = (invocation.Parsed, invocation.Parsed.GetRequiredValue(clientId));
        var described = options.Apply(parsed, profile.Create(parsed, options, id, invocation.Now), problems);
        var secret = described.IsPublic ? null : Secrets.ForClient();
        var client = described with { Secrets = secret is null ? [] : [new ClientSecret(Secrets.Hash(secret), null)] };
        var hints = Hints(parsed, client).ToArray();
        problems.AddRange(hints.Length > 0 ? hints : ClientRegistration.Problems(client));
        if (problems.Count > 0)
            return invocation.Refuse(problems);
        if (!await invocation.Clients.TryAddAsync(client, cancellation))
            return invocation.Refuse($"There is a client '{client.ClientId}' already. Change it with 'postern client set', or choose another id.");
        if (secret is not null)
            invocation.Tell($"The client has a secret. {Secrets.ShownOnce} 'postern client rotate-secret' makes another.");
        foreach (var warning in ClientRegistration.Warnings(client))
            invocation.Tell(warning);
        return invocation.Show(ClientFacts.Of(client, secret));
    }

    private IEnumerable<string> Hints(ParseResult parsed, Client client)
    {
        if (client.MayUse(GrantTypes.AuthorizationCode) && !options.HasRedirectUris(parsed) && client.RedirectUris.Count == 0)
            yield return "Give --redirect-uri; or --native for an app on a device, --machine for a client without people, "
                + "--resource-server for an API.";
        if (profile.IsMachine(parsed) && client.Scope.IsEmpty)
            yield return "Give --scope: what the client may ask for.";
    }
}
