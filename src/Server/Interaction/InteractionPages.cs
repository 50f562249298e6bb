using Postern.Protocol;

namespace Postern.Server;

/// <summary>What people are shown, and how they are sent on: the models of the pages, from requests and sessions.</summary>
internal sealed class InteractionPages(ServerOptions options, Resources resources, Cookies cookies, ILogger logger)
{
    // What every browser and front end takes.
    private const int MaxUrl = 4096;

    // In the query of a request that a page of this server has posted once more.
    private const string Again = "again";

    /// <summary>The page for a step that needs the person.</summary>
    public async Task<IResult> AskAsync(HttpContext http, Step step, AuthorizationRequest request, SignedIn? signedIn, Interaction interaction) =>
        step switch
        {
            Step.SignIn => SignIn(http, request, interaction, SignInProblem.None),
            Step.SelectAccount => SelectAccount(http, request, interaction, signedIn!),
            Step.Consent => Consent(http, request, interaction, signedIn!, await resources.ShownAsync(request, http.RequestAborted)),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "not a step for a person"),
        };

    /// <param name="http">The request.</param>
    /// <param name="request">For whom the person signs in; null: for themselves.</param>
    /// <param name="interaction">What the form returns to.</param>
    /// <param name="problem">Why they are asked again.</param>
    /// <param name="typed">What they typed as login name before.</param>
    public IResult SignIn(HttpContext http, AuthorizationRequest? request, Interaction interaction, SignInProblem problem, string? typed = null)
    {
        var antiforgery = Antiforgery(http, interaction, SignInEndpoint.Purpose(interaction));
        var login = typed ?? (request?.LoginHint is { Length: <= LoginName.MaxLength } hint ? hint : null);
        var model = new SignInModel(Url(Paths.SignIn), request?.Client.ClientName, interaction.Id.ToString(), antiforgery, login, problem);
        return Show(SignInPage.Of(model), request);
    }

    /// <summary>Back to where it came from, which decides what comes next.</summary>
    public IResult Resume(Interaction interaction) =>
        interaction.ReturnTo == Paths.Authorize
            ? Resume(interaction.Id)
            : new SeeOther(Url($"{interaction.ReturnTo}{(interaction.Parameters.Length > 0 ? "?" : "")}{interaction.Parameters}"));

    /// <summary>To what waits in this browser, for who comes by an address of ours alone.</summary>
    public IResult ResumeLatest(HttpContext http) =>
        cookies.LatestInteraction(http.Request) is { } latest && HttpMethods.IsGet(http.Request.Method)
            ? Resume(latest)
            : Refuse(http, Interactions.Expired);

    /// <summary>
    /// A form posted from another site comes without the cookies (SameSite). Asked for again from here they come along, and
    /// nobody has to sign in twice. Null: there are cookies, or this is the second time, or they come to no frame.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="parameters">What it brought.</param>
    /// <param name="path">Where it is asked again.</param>
    /// <param name="formAction">See <see cref="Page.FormAction"/>.</param>
    public IResult? FetchAgain(HttpContext http, RequestParameters parameters, string path, string? formAction)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || cookies.Any(http.Request) || IsFetchedAgain(http.Request))
            return null;
        if (http.Request.Headers["Sec-Fetch-Dest"].ToString() is "iframe" or "frame")
            return null;
        var query = parameters.Encode();
        // A hint is a token, and tokens are in no URL.
        return parameters[Parameters.IdTokenHint] is null && query.Length <= MaxUrl
            ? new SeeOther(Url($"{path}?{query}"))
            : new PageResponse(NoticePages.PostAgain(Url($"{path}?{Again}"), parameters) with { FormAction = formAction }, options);
    }

    /// <summary>The answer to the client, through the browser.</summary>
    public IResult Respond(AuthorizationResponse response) =>
        response.Mode == ResponseMode.FormPost
            ? new PageResponse(NoticePages.FormPost(response) with { FormAction = response.FormActionSource }, options)
            : new SeeOther(response.Location);

    /// <summary>A refusal as a page, under a reference by which the log tells the exact reason.</summary>
    public IResult Refuse(HttpContext http, PageError error)
    {
        var reference = Convert.ToHexStringLower(Entropy.Bytes(4));
        logger.Refused(http, error, reference);
        return new PageResponse(NoticePages.Error(error, reference), options);
    }

    private PageResponse SelectAccount(HttpContext http, AuthorizationRequest request, Interaction interaction, SignedIn signedIn)
    {
        var antiforgery = Antiforgery(http, interaction, SignInEndpoint.Purpose(interaction));
        var model = new SelectAccountModel(
            Url(Paths.SignIn),
            request.Client.ClientName,
            interaction.Id.ToString(),
            antiforgery,
            signedIn.Account.User.DisplayName,
            signedIn.Account.User.Login
        );
        return Show(SelectAccountPage.Of(model), request);
    }

    private PageResponse Consent(
        HttpContext http,
        AuthorizationRequest request,
        Interaction interaction,
        SignedIn signedIn,
        IReadOnlyList<Resource> shown
    )
    {
        var antiforgery = Antiforgery(http, interaction, ConsentEndpoint.Purpose(interaction, signedIn.Session.Id, request.Disclosure));
        var model = new ConsentModel(
            Url(Paths.Consent),
            request.Client.ClientName,
            interaction.Id.ToString(),
            antiforgery,
            signedIn.Account.User.DisplayName,
            request.Redirect.DisplayHost,
            request.Redirect.IsThisDevice,
            request.Disclosure,
            shown
        );
        return Show(ConsentPage.Of(model), request);
    }

    private PageResponse Show(Page page, AuthorizationRequest? request) =>
        new(page with { FormAction = request?.Redirect.FormActionSource }, options);

    /// <summary>A page of ours.</summary>
    public IResult Show(Page page) => new PageResponse(page, options);

    /// <summary>The path of a page or an endpoint, as a browser asks for it.</summary>
    public string Url(string path) => $"{options.BasePath}/{path}";

    private SeeOther Resume(RowId interaction) => new(Url($"{Paths.Authorize}?{InteractionForm.Interaction}={interaction}"));

    private string Antiforgery(HttpContext http, Interaction interaction, string purpose) =>
        cookies.Interaction(http, interaction.Id)?.AntiforgeryToken(purpose)
        ?? throw new InvalidOperationException("An interaction is shown to another browser than its own.");

    // Another site can post to this address too, and what it posts must not be kept or set a cookie.
    private static bool IsFetchedAgain(HttpRequest request) =>
        request.Query.ContainsKey(Again) && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin";

    /// <summary>The resources that have words for the scope of a client that names none.</summary>
    public Task<IReadOnlyList<Resource>> WordsAsync(Client client, CancellationToken cancellation) => resources.ShownAsync(client, cancellation);
}

/// <summary>Sends the browser on by GET, whatever it came with (RFC 9700 §4.12): a 307 would post the password again.</summary>
internal sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        httpContext.Response.Headers.CacheControl = "no-store";
        httpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
