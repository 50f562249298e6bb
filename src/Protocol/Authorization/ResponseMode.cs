namespace Postern.Protocol;

/// <summary>How the authorization response travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).</summary>
public enum ResponseMode
{
    Query,
    Fragment,
    FormPost,
}

public static class ResponseModes
{
    /// <summary>The wire names, by which the server's metadata announces them.</summary>
    public static IReadOnlyList<string> All { get; } = ["query", "fragment", "form_post"];

    /// <summary>Query where the parameter is absent; null for modes this server does not have.</summary>
    public static ResponseMode? TryParse(string? text) =>
        text switch
        {
            null or "query" => ResponseMode.Query,
            "fragment" => ResponseMode.Fragment,
            "form_post" => ResponseMode.FormPost,
            _ => null,
        };
}
