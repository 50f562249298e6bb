namespace Postern.Protocol;

/// <summary>
/// The flows that OAuth 2.1 has given up (RFC 9700 §2.1.2, §2.4), and what to use in their place: a sentence for whoever sends them
/// and for the log. README has the same as a table.
/// </summary>
public static class RetiredFlows
{
    /// <summary>Null for what was never a response type.</summary>
    public static string? InsteadOfResponseType(string responseType)
    {
        var types = responseType.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (types.Length == 0 || types.Except(["code", "token", "id_token", "none"]).Any())
            return null;
        return types.Contains("id_token")
            ? "use response_type=code with PKCE and the scope openid: the ID token then comes from the token endpoint."
            : "use response_type=code with PKCE (RFC 7636): the access token then comes from the token endpoint, to a browser too.";
    }

    /// <summary>Null for what was never a grant type of a flow for people.</summary>
    public static string? InsteadOfGrantType(string grantType) =>
        grantType switch
        {
            "password" => "use authorization_code with PKCE, where people type their password on the page of this server alone; "
                + "for a program without people use client_credentials.",
            "implicit" => "use authorization_code with PKCE (RFC 7636), which works in a browser too.",
            _ => null,
        };

    /// <summary>The refusal that says what to use instead, where something is known.</summary>
    /// <param name="refusal">What it is without.</param>
    /// <param name="instead">One of the above.</param>
    /// <param name="reason">For the log.</param>
    public static OAuthError Explain(OAuthError refusal, string? instead, string reason) =>
        instead is null ? refusal.Because(reason) : refusal.Telling(instead).Because($"{reason}; {instead}");
}
