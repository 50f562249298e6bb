using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>The userinfo endpoint (OpenID Connect Core §5.3): a protected resource of our own.</summary>
internal sealed class UserInfoEndpoint(LiveTokens tokens, ServerOptions options, ILogger logger)
{
    [Function("userinfo"), CrossOrigin("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.UserInfo)] HttpRequest request)
    {
        var http = request.HttpContext;
        if (!(await BearerTokenAsync(request)).Succeeds(out var text, out var malformed))
            return Refuse(http, malformed);
        if (text.Length == 0)
            return new Challenge($"Bearer realm=\"{options.Issuer}\"");
        var found = await tokens.FindAsync(text, options.Issuer, http.RequestAborted);
        http.IsOf(found?.Client);
        if (found is not { } live || !live.Token.Audience.Contains(options.Issuer))
            return Refuse(http, OAuthError.InvalidToken("not a live access token for this endpoint"));
        if (live.User is not { } user || live.Grant is not { } grant || !live.Token.Scope.Contains(Scope.OpenId))
            return Refuse(http, OAuthError.InsufficientScope("The access token lacks the scope openid."));
        return new JsonResponse(writer => Write(writer, user, grant, live));
    }

    private static void Write(Utf8JsonWriter writer, User user, Grant grant, LiveToken live)
    {
        writer.WriteString("sub", user.Subject);
        writer.WriteMembers(user.UserInfoClaims(grant, live.Client, live.Token.Scope));
    }

    // RFC 6750 §2.1 and §2.2; never §2.3, for a query ends up in logs. Empty: there is none.
    private static async Task<Result<string>> BearerTokenAsync(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        var inHeader = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : "";
        if (!HttpMethods.IsPost(request.Method) || request.ContentLength is 0 || !request.HasFormContentType)
            return inHeader;
        if (!(await FormAsync(request, inHeader.Length > 0)).Succeeds(out var parameters, out var malformed))
            return inHeader.Length > 0 ? inHeader : malformed;
        if (inHeader.Length == 0 && parameters.RefusesUnreadable() is { } unreadable)
            return unreadable;
        var inBody = parameters.Repeats(Parameters.AccessToken) ? null : parameters[Parameters.AccessToken] ?? "";
        return inBody is null || (inBody.Length > 0 && inHeader.Length > 0)
            ? OAuthError.InvalidRequest("The access token is sent more than once.")
            : inHeader + inBody;
    }

    // With a token in the header a body that is no form of ours, or too long for one, says nothing.
    private static async Task<Result<RequestParameters>> FormAsync(HttpRequest request, bool isOptional)
    {
        try
        {
            return await RequestReader.FormAsync(request);
        }
        catch (BadHttpRequestException unreadable) when (isOptional)
        {
            return OAuthError.InvalidRequest(unreadable.Message);
        }
    }

    private ErrorResponse Refuse(HttpContext http, OAuthError error)
    {
        logger.Refused(http, null, error);
        return new ErrorResponse(error, $"Bearer realm=\"{options.Issuer}\", error=\"{error.Code}\", error_description=\"{error.Description}\"");
    }
}
