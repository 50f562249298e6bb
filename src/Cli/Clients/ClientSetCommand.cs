using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern client set</c>.</summary>
internal sealed class ClientSetCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly RegistrationOptions options;
    private readonly ClientKeyOptions keys;
    private readonly BackchannelOptions backchannel;
    private readonly ExchangeOptions exchange;
    private readonly LogoutOptions logout;
    private readonly OriginOptions origins;

    public ClientSetCommand(CommandLine line)
        : base(
            "set",
            """
            Changes what is given and keeps the rest. A list that is given replaces the whole list.

            Examples:
              postern client set web --redirect-uri https://app.example.com/callback --redirect-uri https://app.example.org/callback
              postern client set web --access-token-lifetime 5m --no-consent
              postern client set web --auth-method private_key_jwt --jwks-uri https://app.example.com/jwks
              postern client set web --access-token-lifetime default --no-consent false
            """
        )
    {
        Add(clientId);
        options = new RegistrationOptions(this);
        keys = new ClientKeyOptions(this);
        backchannel = new BackchannelOptions(this);
        exchange = new ExchangeOptions(this);
        logout = new LogoutOptions(this);
        origins = new OriginOptions(this);
        CommandLine.NeedsAnyOption(this);
        line.Run(this, RunAsync);
    }

    private Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        string? secret = null;
        return ClientChange.RunAsync(invocation, invocation.Parsed.GetRequiredValue(clientId), Change, () => secret, cancellation);

        Client Change(Client client, List<string> problems)
        {
            var changed = exchange.Apply(invocation.Parsed, options.Apply(invocation.Parsed, client, problems), problems);
            var next = keys.Apply(invocation.Parsed, origins.Apply(invocation.Parsed, backchannel.Apply(invocation.Parsed, changed)), problems);
            next = next with { Logout = logout.Apply(invocation.Parsed, next.Logout, problems) };
            // A client that sends no secret any more has nothing to keep; one that begins to needs something.
            if (!next.UsesSecret)
                return next with { Secrets = [] };
            if (next.Secrets.Count > 0)
                return next;
            secret = Secrets.ForClient();
            return next with { Secrets = [new ClientSecret(Secrets.Hash(secret), null)] };
        }
    }
}
