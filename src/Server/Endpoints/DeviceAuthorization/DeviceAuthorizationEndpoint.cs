using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// The device authorization endpoint (RFC 8628 §3.1): one code for the device to ask with, one for the person to type. Also for apps
/// that are web pages, as those of many televisions are. One write.
/// </summary>
internal sealed class DeviceAuthorizationEndpoint(
    ClientAuthenticator authenticator,
    PendingAuthorizationStore authorizations,
    AttemptCounters addresses,
    ServerOptions options,
    TimeProvider time,
    ILogger logger
)
{
    public const string DeviceCode = "device_code";

    /// <summary>Long enough to find the telephone and to sign in there.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    // That even two codes in a row are taken takes more of them than a day has.
    private const int MaxTries = 3;

    [Function("device-authorization"), CrossOrigin("POST")]
    public async Task<IResult> HandleAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.DeviceAuthorization)] HttpRequest request
    )
    {
        var http = request.HttpContext;
        if (!(await authenticator.ReadAsync(request)).Succeeds(out var call, out var unauthenticated))
            return logger.Refuse(http, null, unauthenticated);
        var client = call.Client;
        if (!client.MayUse(GrantTypes.DeviceCode))
            return logger.Refuse(http, client, OAuthError.UnauthorizedClient("The client is not registered for device authorization.")
                .Because(Advice.GrantType(client, GrantTypes.DeviceCode)));
        if (!PendingAuthorization.ReadScope(call.Parameters, client).Succeeds(out var scope, out var unscoped))
            return logger.Refuse(http, client, unscoped);
        for (var tried = 0; tried < MaxTries; tried++)
        {
            var code = UserCode.From(Entropy.Bytes(UserCode.Entropy));
            var (authorization, handle) = Start(request, client, scope, code);
            if (await authorizations.TryInsertAsync(authorization, http.RequestAborted))
                return new JsonResponse(writer => Write(writer, handle, code, authorization.Interval));
        }
        return logger.Refuse(http, client, OAuthError.TemporarilyUnavailable("every code was taken"));
    }

    private (PendingAuthorization, Handle) Start(HttpRequest request, Client client, Scope scope, UserCode code)
    {
        var now = time.GetUtcNow();
        var handle = Entropy.Handle(HandleKind.DeviceCode, code.Row(DateOnly.FromDateTime((now + Lifetime).UtcDateTime)));
        var authorization = new PendingAuthorization
        {
            Id = handle.Row,
            Kind = handle.Kind,
            SecretHash = handle.SecretHash,
            ClientId = client.ClientId,
            Registration = client.Registration,
            Scope = scope,
            StartedAt = now,
            StartedFrom = addresses.Address(request)?.ToString(),
            ExpiresAt = now + Lifetime,
        };
        return (authorization, handle);
    }

    private void Write(Utf8JsonWriter writer, Handle handle, UserCode code, TimeSpan interval)
    {
        var page = $"{options.Issuer}/{Paths.Device}";
        writer.WriteString(DeviceCode, handle.Encode());
        writer.WriteString(UserCode.Parameter, code.ToString());
        writer.WriteString("verification_uri", page);
        writer.WriteString("verification_uri_complete", $"{page}?{UserCode.Parameter}={code}");
        writer.WriteNumber("expires_in", (int)Lifetime.TotalSeconds);
        writer.WriteNumber("interval", (int)interval.TotalSeconds);
    }
}
