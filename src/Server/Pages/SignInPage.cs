using Postern.Protocol;

namespace Postern.Server;

/// <summary>What the sign-in page shows.</summary>
/// <param name="Action">Where its form goes.</param>
/// <param name="ClientName">The app they continue to; null: their own account.</param>
/// <param name="Interaction">What the form returns to.</param>
/// <param name="Antiforgery">Proves the form.</param>
/// <param name="Login">What they typed, or are expected to.</param>
/// <param name="Problem">Why they are asked again.</param>
internal sealed record SignInModel(string Action, string? ClientName, string Interaction, string Antiforgery, string? Login, SignInProblem Problem);

internal static class SignInPage
{
    public static Page Of(SignInModel model) =>
        new(
            "Sign in",
            Html.Of(
                $"""
                <p class="lead">to continue to {(model.ClientName is null ? Html.Of($"your account") : Fields.Foreign(model.ClientName))}</p>
                {Alert(model.Problem)}
                <form id="signin-form" method="post" action="{model.Action}">
                {Fields.Proof(model.Interaction, model.Antiforgery)}
                <label for="login">Login name</label>
                <input id="login" name="login" type="text" value="{Shown(model.Login)}" maxlength="254" required="required" autocomplete="username"
                  autocapitalize="none" autocorrect="off" spellcheck="false" {Focus(string.IsNullOrEmpty(model.Login))} {Describe(model.Problem)} />
                <label for="password">Password</label>
                <input id="password" name="password" type="password" required="required" autocomplete="current-password"
                  {Focus(!string.IsNullOrEmpty(model.Login))} {Describe(model.Problem)} />
                <button id="signin" class="primary" type="submit">Sign in</button>
                </form>
                """
            )
        )
        {
            Script = Page.SubmitOnce,
            // RFC 6585 §4, and what the sentence below says.
            RetryAfter = model.Problem == SignInProblem.MustWait ? TimeSpan.FromMinutes(1) : null,
            Status = model.Problem switch
            {
                SignInProblem.WrongCredentials or SignInProblem.NoLoginName => StatusCodes.Status400BadRequest,
                SignInProblem.MustWait => StatusCodes.Status429TooManyRequests,
                _ => StatusCodes.Status200OK,
            },
        };

    // A field shows no control character, and markup has no spelling for most of them (HTML §13.1.4).
    private static string Shown(string? login) => string.Concat((login ?? "").Where(c => !char.IsControl(c)));

    private static Html Focus(bool here) => here ? Html.Of($"""autofocus="autofocus" """) : Html.Empty;

    // One text for an unknown login name and a wrong password, or the page would tell who has an account.
    private static Html Alert(SignInProblem problem) =>
        problem switch
        {
            SignInProblem.WrongCredentials => Alert("That login name and password do not match. Try again."),
            SignInProblem.NoLoginName => Alert($"{LoginName.Rule}. Check it, then try again."),
            SignInProblem.MustWait => Alert("Too many attempts. Wait a minute, then try again."),
            _ => Html.Empty,
        };

    private static Html Alert(string sentence) => Html.Of($"""<p id="signin-error" class="alert" role="alert">{sentence}</p>""");

    // Nothing is invalid about what has to wait.
    private static Html Describe(SignInProblem problem) =>
        problem switch
        {
            SignInProblem.WrongCredentials or SignInProblem.NoLoginName => Html.Of($"""aria-invalid="true" aria-describedby="signin-error" """),
            SignInProblem.MustWait => Html.Of($"""aria-describedby="signin-error" """),
            _ => Html.Empty,
        };
}
