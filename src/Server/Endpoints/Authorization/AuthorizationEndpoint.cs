using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2). It alone decides what a request needs next;
/// the steps it asks for return here. A new request comes with its parameters, a resumed one with its interaction's id.
/// </summary>
internal sealed class AuthorizationEndpoint(
    AuthorizationRequests requests,
    Sessions sessions,
    Interactions interactions,
    InteractionPages pages,
    CodeIssuer codes,
    TimeProvider time,
    ILogger logger
)
{
    [Function("authorize"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Authorize)] HttpRequest request)
    {
        var http = request.HttpContext;
        var read = HttpMethods.IsPost(http.Request.Method) ? await RequestReader.FormAsync(http.Request) : RequestReader.Query(http.Request);
        if (!read.Succeeds(out var parameters, out var unreadable))
            return pages.Refuse(http, new PageError("The app sent a request that cannot be read.", unreadable.Reason));
        // Whose name for a parameter of theirs it happens to be, they send their client_id too.
        if (parameters[InteractionForm.Interaction] is not { } id || parameters[Parameters.ClientId] is not null)
            return await AnswerAsync(http, parameters, null, null);
        if (await interactions.FindAsync(http, id) is not { } interaction)
            return pages.Refuse(http, Interactions.Expired);
        // Whoever comes by the address of a form alone is sent here, whatever waits.
        if (interaction.Value.ReturnTo != Paths.Authorize)
            return pages.Resume(interaction.Value);
        // One that is over starts again: what was decided in it is not decided anew (RFC 6819 §4.4.1.8).
        var open = interactions.IsOpen(interaction.Value) ? interaction : null;
        return RequestParameters.Parse(interaction.Value.Parameters).Succeeds(out var original, out _)
            ? await AnswerAsync(http, original, interaction.Value.HintedSubject, open)
            : pages.Refuse(http, Interactions.Expired);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, RequestParameters parameters, string? hinted, Stored<Interaction>? interaction) =>
        await requests.VerifyAsync(parameters, http.RequestAborted) switch
        {
            Verified.Accepted accepted =>
                pages.FetchAgain(http, parameters, Paths.Authorize, accepted.Request.Redirect.FormActionSource)
                    ?? await TryDecideAsync(http, parameters, accepted.HintedBefore(hinted), interaction),
            Verified.Refused refused => Refuse(http, refused.Client, refused.Redirect, refused.Error),
            Verified.Unanswerable unanswerable => pages.Refuse(http, unanswerable.Error),
            var unknown => throw new InvalidOperationException(unknown.GetType().Name),
        };

    // A page would be a dead end: from here on it is the client that is told (RFC 6749 §4.1.2.1).
    private async Task<IResult> TryDecideAsync(
        HttpContext http,
        RequestParameters parameters,
        Verified.Accepted accepted,
        Stored<Interaction>? interaction
    )
    {
        try
        {
            return await DecideAsync(http, parameters, accepted, interaction);
        }
        catch (Exception surprise) when (!http.RequestAborted.IsCancellationRequested)
        {
            var error = ErrorBoundary.Report(http.Request.Path, surprise, logger);
            return Tell(accepted.Request.Redirect, error);
        }
    }

    private async Task<IResult> DecideAsync(
        HttpContext http,
        RequestParameters parameters,
        Verified.Accepted accepted,
        Stored<Interaction>? interaction
    )
    {
        var request = accepted.Request;
        var signedIn = await sessions.FindAsync(http, request.Client.ClientId);
        var hinted = accepted.HintedSubject;
        var next = NextStep.Of(request, hinted, signedIn?.Session, signedIn?.Account.Consent, interaction?.Value, time.GetUtcNow());
        if (next.Step is not (Step.IssueCode or Step.Refuse))
        {
            var waiting = interaction?.Value ?? await interactions.BeginAsync(http, parameters, hinted);
            return await pages.AskAsync(http, next.Step, request, signedIn, waiting);
        }

        // The interaction has one answer. Whoever comes second starts again without it.
        var isOnlyAnswer = interaction is null
            || await interactions.TryRecordAsync(interaction, interaction.Value with { Completed = true }, http.RequestAborted);
        if (!isOnlyAnswer)
            return await DecideAsync(http, parameters, accepted, null);
        if (next.Error is { } error)
            return Refuse(http, request.Client, request.Redirect, error);
        if (request.Shortfall is { } shortfall)
            logger.LeftOut(http.Request.Path.Value ?? "", request.Client.ClientId, shortfall);
        var code = await codes.IssueAsync(request, signedIn!, http.RequestAborted);
        return pages.Respond(request.Redirect.Deliver(code.Encode()));
    }

    private IResult Refuse(HttpContext http, Client client, VerifiedRedirect redirect, OAuthError error)
    {
        logger.Refused(http, client, error);
        return Tell(redirect, error);
    }

    // At once, whether or not anybody has signed in: an operator has vouched for each client (decisions/0009, RFC 9700 §4.11.2).
    private IResult Tell(VerifiedRedirect redirect, OAuthError error) => pages.Respond(redirect.Deliver(error));
}
