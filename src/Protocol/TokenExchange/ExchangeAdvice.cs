namespace Postern.Protocol;

/// <summary>For the operator's log, as <see cref="Advice"/>: why a token was not exchanged, and the command that would let it be.</summary>
public static class ExchangeAdvice
{
    /// <param name="client">Who asked.</param>
    /// <param name="of">Whose token it brought; it is registered, so its id may stand in a command.</param>
    public static string From(Client client, string of) =>
        $"client {client.ClientId} may exchange tokens of {Listed(client.Exchange?.From)} and brought one of {of}; if it may exchange those too: "
        + $"postern client set {client.ClientId} --exchange-from {of} and those it has";

    public static string To(Client client, string? target) =>
        $"client {client.ClientId} asked for a token for {Shown.Text(target)} and may have one for "
        + $"{Listed(client.Exchange?.To.Select(one => one.Audience))}; if it may have that too: "
        + $"postern client set {client.ClientId} --exchange-to \"<audience> <scope>\" and those it has";

    public static string Scope(Client client, Scope asked, Scope subject, TokenTarget target) =>
        $"client {client.ClientId} asked for scope {Shown.Text(asked.ToString())} for {target.Audience}, for which it may have '{target.Scope}', and "
        + $"the token that it brought has {Shown.Text(subject.ToString())}: it gets what is in both; "
        + $"postern client set {client.ClientId} --exchange-to";

    public static string OnBehalfOf(Client client, Scope asked) =>
        $"client {client.ClientId} asked for scope {Shown.Text(asked.ToString())} on behalf of somebody and may have "
        + $"{Listed(client.Exchange?.OnBehalfOf.Select(one => one.ToString()))}, of one of them at a time; if it may have that too: "
        + $"postern client set {client.ClientId} --on-behalf-of \"<audience> <scope>\" and those it has";

    public static string NotForClient(Client client) =>
        client.ProtectedResource is { } resource
            ? $"the assertion is no live access token of this server for {resource}, which is what client {client.ClientId} serves"
            : $"client {client.ClientId} serves no audience: postern client set {client.ClientId} --resource-server <its audience>";

    private static string Listed(IEnumerable<string>? values) => values?.ToArray() is { Length: > 0 } some ? string.Join(", ", some) : "nothing";
}
