using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// The backchannel authentication endpoint (CIBA Core §7): a client that knows its person asks them, on a device of theirs. Three
/// reads at most, two writes.
/// </summary>
internal sealed class BackchannelAuthenticationEndpoint(
    ClientAuthenticator authenticator,
    PendingAuthorizationStore authorizations,
    UserStore users,
    ISigner signer,
    ServerOptions options,
    TimeProvider time,
    ILogger logger
)
{
    public const string AuthReqId = "auth_req_id";

    [Function("bc-authorize"), BackChannel("POST")]
    public async Task<IResult> HandleAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.BackchannelAuthentication)] HttpRequest request
    )
    {
        var http = request.HttpContext;
        if (!(await authenticator.ReadAsync(request)).Succeeds(out var call, out var unauthenticated))
            // Wherever the credentials were, here it is 401 (CIBA Core §13).
            return logger.Refuse(http, null, unauthenticated.Code == "invalid_client" ? unauthenticated.OfHeader() : unauthenticated);
        if (!(await StartAsync(call, http.RequestAborted)).Succeeds(out var started, out var refusal))
            return logger.Refuse(http, call.Client, refusal);
        return new JsonResponse(writer =>
        {
            writer.WriteString(AuthReqId, started.Handle.Encode());
            writer.WriteNumber("expires_in", (int)(started.Pending.ExpiresAt - started.Pending.StartedAt).TotalSeconds);
            writer.WriteNumber("interval", (int)started.Pending.Interval.TotalSeconds);
        });
    }

    private async Task<Result<Started>> StartAsync(ClientRequest call, CancellationToken cancellation)
    {
        var client = call.Client;
        if (!client.MayUse(GrantTypes.Ciba) || client.IsPublic)
            return OAuthError.UnauthorizedClient("The client is not registered for backchannel authentication.")
                .Because(Advice.GrantType(client, GrantTypes.Ciba));
        if (!BackchannelRequest.Parse(call.Parameters, client).Succeeds(out var request, out var malformed))
            return malformed;
        if (!(await FindPersonAsync(request, client, cancellation)).Succeeds(out var person, out var unknown))
            return unknown;
        var started = Start(request, client, person);
        await authorizations.InsertForPersonAsync(started.Pending, cancellation);
        // Where mail will go, once there is any. Until then it is the app that tells its person where to answer.
        logger.Waits(client.ClientId, person.Subject, $"{options.Issuer}/{Paths.Approvals}");
        return started;
    }

    // One who cannot sign in cannot answer either, and is as unknown as one who is not there.
    private async Task<Result<User>> FindPersonAsync(BackchannelRequest request, Client client, CancellationToken cancellation)
    {
        var stored = request.IdTokenHint is { } hint
            ? await FindHintedAsync(hint, client, cancellation)
            : await users.FindByLoginAsync(LoginName.Canonical(request.Login), cancellation);
        if (stored?.Value is { Disabled: false } user)
            return user;
        return OAuthError.UnknownUserId().Because(
            request.IdTokenHint is null
                ? "the login_hint is nobody's login name, or that of a disabled account; to see those there are: postern user list"
                : "the id_token_hint is no ID token of this server for this client, or its person is gone or disabled"
        );
    }

    private async Task<Stored<User>?> FindHintedAsync(string hint, Client client, CancellationToken cancellation)
    {
        var keys = await signer.PublishedKeysAsync(cancellation);
        var subject = IdToken.SubjectOfHint(hint, keys, options.Issuer, client.ClientId);
        return subject is null ? null : await users.FindAsync(subject, cancellation);
    }

    private Started Start(BackchannelRequest request, Client client, User person)
    {
        var now = time.GetUtcNow();
        var row = Entropy.RowId(now + request.ExpiresIn);
        var handle = request.NotificationToken is { } token
            ? BackchannelRequest.HandleOf(row, token)
            : Entropy.Handle(HandleKind.AuthenticationRequest, row);
        var pending = new PendingAuthorization
        {
            Id = row,
            Kind = handle.Kind,
            SecretHash = handle.SecretHash,
            ClientId = client.ClientId,
            Registration = client.Registration,
            Subject = person.Subject,
            Scope = request.Scope,
            BindingMessage = request.BindingMessage,
            NotificationToken = request.NotificationToken,
            StartedAt = now,
            StartedFrom = null,
            ExpiresAt = now + request.ExpiresIn,
        };
        return new Started(pending, handle);
    }

    private sealed record Started(PendingAuthorization Pending, Handle Handle);
}
