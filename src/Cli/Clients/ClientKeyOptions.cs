using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what a client without a secret proves itself with (RFC 7523 §2.2).</summary>
internal sealed class ClientKeyOptions
{
    private readonly Option<string?> jwks = new("--jwks")
    {
        Description = "A file with its public keys, a JWK Set; its auth method is private_key_jwt.",
        HelpName = "file",
    };
    private readonly Option<string?> jwksUri = new("--jwks-uri") { Description = "Where it publishes its public keys.", HelpName = "url" };
    private readonly Option<string[]> issuers = new("--federated-issuer")
    {
        Description = "Whose word counts as its credential, with --federated-subject; repeat both for several. 'postern issuer add' it too.",
        HelpName = "url",
    };
    private readonly Option<string[]> subjects = new("--federated-subject") { Description = "The sub of such an assertion.", HelpName = "text" };
    private readonly Option<string[]> audiences = new("--federated-audience") { Description = "Its aud, if not the issuer's.", HelpName = "text" };

    public ClientKeyOptions(Command command)
    {
        foreach (var option in new Option[] { jwks, jwksUri, issuers, subjects, audiences })
            command.Add(option);
    }

    /// <summary>The client with what was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="client">With all other options.</param>
    /// <param name="problems">Receives what does not even parse.</param>
    public Client Apply(ParseResult parsed, Client client, List<string> problems)
    {
        var keys = client.Keys;
        var (file, uri) = (parsed.GetValue(jwks), parsed.GetValue(jwksUri));
        if (file is not null || uri is not null)
            keys = keys with { Own = JwksFile.Source(file, uri, problems) };
        if (parsed.GetValue(issuers) is { Length: > 0 } || parsed.GetValue(subjects) is { Length: > 0 })
            keys = keys with { Federated = Federated(parsed, problems) };
        if (ReferenceEquals(keys, client.Keys))
            return client.Uses(ClientAuthenticationMethods.PrivateKeyJwt) ? client : client with { Keys = ClientKeys.None };
        // One that had a secret keeps it until it is told otherwise; a new one needs none.
        return client.IsPublic || client.Secrets.Count > 0 || parsed.GetResult("--auth-method") is not null
            ? client with { Keys = keys }
            : client with { Keys = keys, TokenEndpointAuthMethods = [ClientAuthenticationMethods.PrivateKeyJwt] };
    }

    private FederatedCredential[] Federated(ParseResult parsed, List<string> problems)
    {
        var (from, about, to) = (parsed.GetValue(issuers) ?? [], parsed.GetValue(subjects) ?? [], parsed.GetValue(audiences) ?? []);
        if (from.Length == about.Length && (to.Length == 0 || to.Length == about.Length))
            return [.. from.Zip(about).Select((pair, at) => new FederatedCredential(pair.First, pair.Second, to.Length == 0 ? null : to[at]))];
        problems.Add("Give --federated-issuer and --federated-subject in pairs, and --federated-audience for none or for each of them.");
        return [];
    }
}
