using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>The sign-in and account selection steps. Each ends where it came from.</summary>
internal sealed class SignInEndpoint(
    InteractionForms forms,
    Interactions interactions,
    Sessions sessions,
    Passwords passwords,
    SignInThrottle throttle,
    InteractionPages pages,
    TimeProvider time
)
{
    /// <summary>RFC 8176 §2.</summary>
    private static readonly string[] Password = ["pwd"];

    public static string Purpose(Interaction interaction) => $"sign in {interaction.Id}";

    [Function("signin"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.SignIn)] HttpRequest request)
    {
        var http = request.HttpContext;
        if (await forms.ReadAsync(http, (interaction, _) => Purpose(interaction)) is not { } form)
            return pages.ResumeLatest(http);
        if (!form.IsProven)
            return pages.Resume(form.Stored.Value);
        return form.Fields["choice"] switch
        {
            "continue" => await ContinueAsync(http, form),
            "other" => pages.SignIn(http, form.Request, form.Stored.Value, SignInProblem.None),
            _ => await SignInAsync(http, form),
        };
    }

    private async Task<IResult> SignInAsync(HttpContext http, InteractionForm form)
    {
        var typed = form.Fields["login"];
        var login = LoginName.Canonical(typed);
        // Each name has a bucket of its own, also one that nobody can have.
        if (await throttle.BeginAsync(http, form.Stored.Value.Id, LoginName.Normalize(typed)) is not { } attempt)
            return pages.SignIn(http, form.Request, form.Stored.Value, SignInProblem.MustWait, typed);
        if (await passwords.VerifyAsync(login, form.Fields["password"], !attempt.IsKnownBrowser, http.RequestAborted) is not { } user)
        {
            var problem = login is null ? SignInProblem.NoLoginName : SignInProblem.WrongCredentials;
            return pages.SignIn(http, form.Request, form.Stored.Value, problem, typed);
        }
        await throttle.SucceededAsync(http, login!, attempt);
        var isSame = await IsInAsync(http, form, user);
        var session = await sessions.StartAsync(http, user, time.GetUtcNow(), Password);
        var here = form.Stored.Value.Session;
        return await ReturnAsync(http, form.Stored, interaction => interaction.SignedIn(session.Id, isSame && interaction.Session == here));
    }

    // Who reads a consent page for longer than max_age signs in again after it.
    private async Task<bool> IsInAsync(HttpContext http, InteractionForm form, User user) =>
        form.Stored.Value.Session is { } here
        && await sessions.FindAsync(http, null) is { } before
        && before.Session.Id == here
        && before.Session.Subject == user.Subject;

    private async Task<IResult> ContinueAsync(HttpContext http, InteractionForm form)
    {
        if (await sessions.FindAsync(http, null) is not { } signedIn)
            return pages.SignIn(http, form.Request, form.Stored.Value, SignInProblem.None);
        return await ReturnAsync(http, form.Stored, interaction => interaction.In(signedIn.Session.Id));
    }

    // Of two clicks the browser follows the second, and has the session of that.
    private async Task<IResult> ReturnAsync(HttpContext http, Stored<Interaction> read, Func<Interaction, Interaction> change) =>
        pages.Resume(await interactions.RecordAsync(http, read, change));
}

/// <summary>Why the sign-in page is shown again.</summary>
internal enum SignInProblem
{
    None,
    WrongCredentials,
    NoLoginName,
    MustWait,
}
