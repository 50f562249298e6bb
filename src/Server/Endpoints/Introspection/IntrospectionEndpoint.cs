using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Token introspection (RFC 7662) for authenticated clients. A resource server learns of the tokens meant for it, a
/// client of its own; every other token is simply not active to them (§2.2, §4).
/// </summary>
internal sealed class IntrospectionEndpoint(
    ClientAuthenticator authenticator,
    LiveTokens tokens,
    RefreshTokens refreshTokens,
    ServerOptions options,
    ILogger logger
)
{
    [Function("introspect"), BackChannel("POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Introspect)] HttpRequest request)
    {
        var http = request.HttpContext;
        if (!(await authenticator.ReadAsync(request)).Succeeds(out var call, out var unauthenticated))
            return logger.Refuse(http, null, unauthenticated);
        var client = call.Client;
        if (client.IsPublic)
        {
            var refusal = OAuthError.InvalidClient("a public client cannot introspect").Telling("introspection is for clients with a secret.");
            return logger.Refuse(http, client, refusal);
        }
        if (call.Parameters[Parameters.Token] is not { } token)
            return logger.Refuse(http, client, OAuthError.InvalidRequest("token is missing."));

        if (await refreshTokens.FindAsync(token, client, http.RequestAborted) is { } refresh)
            return new JsonResponse(writer => WriteRefreshToken(writer, refresh));
        return await tokens.FindAsync(token, options.Issuer, http.RequestAborted) is { } live && MayKnow(client, live)
            ? new JsonResponse(writer => WriteAccessToken(writer, live))
            : Inactive();
    }

    // A token that was asked for by resource is that resource's alone.
    private bool MayKnow(Client client, LiveToken live) =>
        (client.ProtectedResource is { } served && live.Token.Audience.Contains(served))
        || (live.Token.ClientId == client.ClientId && !IsForResource(live));

    private bool IsForResource(LiveToken live) =>
        live.Token.Exchanged.Count > 0
        || (live.Grant is { } grant ? grant.Resources.Count > 0 : !live.Token.Audience.Contains(options.AudienceFor(live.Client)));

    private static JsonResponse Inactive() => new(writer => writer.WriteBoolean("active", false));

    private static void WriteAccessToken(Utf8JsonWriter writer, LiveToken live)
    {
        var token = live.Token;
        writer.WriteBoolean("active", true);
        writer.WriteString("token_type", "Bearer");
        writer.WriteString("iss", token.Issuer);
        writer.WriteString("sub", token.Subject);
        writer.WriteAudience(token.Audience);
        writer.WriteString("client_id", token.ClientId);
        writer.WriteScope(token.Scope);
        writer.WriteNumber("iat", token.IssuedAt.ToUnixTimeSeconds());
        writer.WriteNumber("exp", token.ExpiresAt.ToUnixTimeSeconds());
        writer.WriteString("jti", token.Id);
        writer.WriteAuthentication(token.AuthTime, token.Amr);
        token.Act?.Write(writer);
        // The login name is about the person, so it takes the scope that is.
        if (live.User is { } user && token.Scope.Contains(Scope.Profile))
            writer.WriteString("username", user.Login);
    }

    private void WriteRefreshToken(Utf8JsonWriter writer, LiveRefreshToken token)
    {
        writer.WriteBoolean("active", true);
        writer.WriteString("iss", options.Issuer);
        writer.WriteString("sub", token.Grant.Subject);
        writer.WriteString("client_id", token.Grant.ClientId);
        writer.WriteScope(token.Scope);
        writer.WriteNumber("iat", (token.State.Previous?.ReplacedAt ?? token.Grant.GrantedAt).ToUnixTimeSeconds());
        writer.WriteNumber("exp", token.State.ExpiresAt.ToUnixTimeSeconds());
    }
}
