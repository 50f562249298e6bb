namespace Postern.Protocol;

/// <summary>
/// For the operator's log: what a developer's request brought, what the client is registered for, and the command that mends it.
/// What came is shown (<see cref="Shown"/>) and never stands in a command, for anybody can send it and somebody will paste that.
/// </summary>
public static class Advice
{
    // More would make the line long, and "client show" has them.
    private const int MaxListed = 5;

    public static string UnknownClient(string clientId) =>
        $"unknown client {Shown.Text(clientId)}; to see those there are: postern client list";

    public static string NoRedirectUris(Client client) =>
        $"client {client.ClientId} has no redirect URIs and is registered for {OrNothing(client.GrantTypes)}; if people sign in to it: "
        + $"{Set(client)}{Options("--grant-type", [.. client.GrantTypes, GrantTypes.AuthorizationCode])} --redirect-uri <its address>";

    public static string MissingRedirectUri(Client client) =>
        $"redirect_uri is missing, which only a client with one redirect URI may leave out, and not with the scope openid; client {client.ClientId} "
        + $"has {string.Join(" and ", client.RedirectUris.Take(MaxListed).Select(uri => Shown.Uri(uri.Value)))}";

    public static string RedirectUri(Client client, string came)
    {
        var isShort = client.RedirectUris.Count <= MaxListed && client.RedirectUris.Sum(uri => uri.Value.Length) < 600;
        var kept = isShort ? Options("--redirect-uri", client.RedirectUris.Select(uri => uri.Value)) : " <those it has>";
        return $"redirect_uri {Shown.Uri(came)} is not registered for client {client.ClientId}, and compares by each character; if it is the app's: "
            + $"{Set(client)}{kept} --redirect-uri <the address, as the app sends it>";
    }

    public static string PostLogoutRedirectUri(Client client, string came)
    {
        var kept = Options("--post-logout-redirect-uri", client.Logout.PostLogoutRedirectUris.Take(MaxListed).Select(uri => uri.Value));
        return $"post_logout_redirect_uri {Shown.Uri(came)} is not registered for client {client.ClientId}, and compares by each character; "
            + $"if it is the app's: {Set(client)}{kept} --post-logout-redirect-uri <the address, as the app sends it>";
    }

    public static string Method(Client client, string used)
    {
        var registered = $"client {client.ClientId} is registered for {string.Join(" and ", client.TokenEndpointAuthMethods)} and used {used}";
        if (client.IsPublic)
            return $"{registered}; leave its secret out, or if it has a server: {Set(client)} --auth-method client_secret_basic";
        if (used == ClientAuthenticationMethods.None)
            return $"{registered}; send its {(client.UsesSecret ? "secret" : "client_assertion")}, "
                + $"or if it is an app without a server: {Set(client)} --auth-method none";
        return used == ClientAuthenticationMethods.PrivateKeyJwt
            ? $"{registered}; if it has a key pair: {Set(client)} --auth-method {used} --jwks <its public keys>"
            : $"{registered}; {Set(client)}{Options("--auth-method", [.. client.TokenEndpointAuthMethods, used])}";
    }

    /// <summary>An assertion that does not prove the client.</summary>
    public static string Assertion(Client client, string problem) =>
        $"the client_assertion of client {client.ClientId} is refused: {problem}; what is registered: postern client show {client.ClientId}";

    public static string Secret(Client client) =>
        $"wrong or expired secret of client {client.ClientId}; for another one: postern client rotate-secret {client.ClientId} --overlap 24h";

    public static string Challenge(Client client) =>
        $"client {client.ClientId} sent no code_challenge: turn on PKCE in the app"
        + (client.IsPublic ? ", which a public client cannot go without" : $"; only if it has none: {Set(client)} --no-pkce");

    public static string Scope(Client client, Scope missing) =>
        $"scope {Shown.Text(missing.ToString())} is not registered for client {client.ClientId}; if it may ask for that: "
        + $"{Set(client)} --scope {Quoted($"{client.Scope} <the missing values>")}";

    /// <summary>The same where no person is, and OpenID Connect's scopes cannot be had.</summary>
    public static string MachineScope(Client client, Scope requested)
    {
        var ofPeople = requested.Intersect(Protocol.Scope.OpenIdConnect);
        return ofPeople.IsEmpty
            ? Scope(client, requested.Except(client.Scope))
            : $"client {client.ClientId} asked for {ofPeople} by client_credentials, where there is no person: leave it out in the app";
    }

    public static string MalformedScope(string? came) =>
        $"scope {Shown.Text(came)} is not a list of at most {Protocol.Scope.MaxCount} values separated by spaces";

    public static string UnknownResource(Client client, string came) =>
        $"client {client.ClientId} asked for resource {Shown.Uri(came)}, which is not registered and compares by each character; to see those "
        + "there are: postern resource list";

    public static string ResourceOutOfReach(Client client, Resource resource) =>
        $"client {client.ClientId} is registered for none of the scopes of resource {resource.Identifier}, {resource.Scope}; if it may ask "
        + $"for one: {Set(client)} --scope {Quoted($"{client.Scope} <its scopes>")}";

    /// <summary>Where nothing of what is asked for is to be had at a resource that is asked for too.</summary>
    public static string ScopeOfResource(Client client, Resource resource, Scope asked) =>
        $"client {client.ClientId} asked for resource {resource.Identifier} with scope {Shown.Text(asked.ToString())}, and that has "
        + $"{resource.Scope}: ask for one of these in the app, or see: postern resource show {Quoted(resource.Identifier)}";

    public static string ScopeOfNoResource(Client client, Scope outside) =>
        $"scope {Shown.Text(outside.ToString())} of client {client.ClientId} is of none of the resources that it asked for, and was left out: "
        + "name its resource too in the app, or see: postern resource list";

    public static string ResourceNotGranted(Client client, string came, IReadOnlyCollection<string> granted) =>
        $"client {client.ClientId} asked for resource {Shown.Uri(came)} and was granted {OrNothing(granted)}: ask for it in the app's "
        + "authorization request too";

    public static string GrantType(Client client, string grantType) =>
        $"client {client.ClientId} is registered for {OrNothing(client.GrantTypes)} and used {grantType}; {Set(client)}"
        + Options("--grant-type", [.. client.GrantTypes, grantType]);

    public static string Unsupported(Client client, string parameter, string? came, IEnumerable<string> supported) =>
        $"client {client.ClientId} sent {parameter} {Shown.Text(came)}, and there is {string.Join(", ", supported)}: change it in the app";

    /// <summary>An assertion for which a client gets nothing.</summary>
    public static string Grant(Client client, string problem) =>
        $"the assertion that client {client.ClientId} sent is refused: {problem}; whom it trusts: postern client show {client.ClientId}";

    private static string Set(Client client) => $"postern client set {client.ClientId}";

    private static string OrNothing(IReadOnlyCollection<string> values) => values.Count == 0 ? "nothing" : string.Join(" and ", values);

    private static string Options(string option, IEnumerable<string> values) => string.Concat(values.Select(value => $" {option} {Quoted(value)}"));

    // For a shell: a registered URI may have a quote, an ampersand or a dollar sign.
    private static string Quoted(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/')
            ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
