namespace Postern.Protocol;

/// <summary>What the authorization endpoint answers with (RFC 6749 §3.1.1): a code, and nothing else ever (RFC 9700 §2.1.2).</summary>
public static class ResponseTypes
{
    private const string Parameter = "response_type";

    /// <summary>The wire names, by which the server's metadata announces them.</summary>
    public static IReadOnlyList<string> All { get; } = [Parameters.Code];

    /// <summary>Refuses a request for another, in another mode, or of a client that gets none.</summary>
    public static OAuthError? Refuses(RequestParameters parameters, Client client)
    {
        if (ResponseModes.TryParse(parameters[Parameters.ResponseMode]) is null)
            return OAuthError.InvalidRequest($"The response_mode must be one of {string.Join(", ", ResponseModes.All)}.")
                .Because(Advice.Unsupported(client, Parameters.ResponseMode, parameters[Parameters.ResponseMode], ResponseModes.All));
        if (parameters[Parameter] is not { } type)
            return OAuthError.InvalidRequest("response_type is missing.");
        if (!All.Contains(type))
            return RetiredFlows.Explain(OAuthError.UnsupportedResponseType(), RetiredFlows.InsteadOfResponseType(type), Why(client, type));
        return client.MayUse(GrantTypes.AuthorizationCode)
            ? null
            : OAuthError.UnauthorizedClient("The client is not registered for authorization_code.")
                .Because(Advice.GrantType(client, GrantTypes.AuthorizationCode));
    }

    private static string Why(Client client, string type) => Advice.Unsupported(client, Parameter, type, All);
}
