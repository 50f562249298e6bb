namespace Postern.Server;

/// <summary>What the sign-in page shows.</summary>
internal sealed record SignInModel(string Action, string ClientName, string Interaction, string Antiforgery, string? Login, SignInProblem Problem);

internal static class SignInPage
{
    public static Page Of(SignInModel model) =>
        new(
            "Sign in",
            Html.Of(
                $"""
                <p class="lead">to continue to <strong>{model.ClientName}</strong></p>
                {Alert(model.Problem)}
                <form id="signin-form" method="post" action="{model.Action}">
                <input type="hidden" name="interaction" value="{model.Interaction}">
                <input type="hidden" name="antiforgery" value="{model.Antiforgery}">
                <label for="login">Login name or e-mail</label>
                <input id="login" name="login" value="{model.Login}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required {Focus(model.Login is null)}>
                <label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required {Focus(model.Login is not null)}>
                <button id="signin" type="submit">Sign in</button>
                </form>
                """
            )
        )
        {
            Status = model.Problem switch
            {
                SignInProblem.WrongCredentials => 400,
                SignInProblem.MustWait => 429,
                _ => 200,
            },
        };

    private static Html Focus(bool here) => here ? Html.Of($"autofocus") : Html.Empty;

    private static Html Alert(SignInProblem problem) =>
        problem switch
        {
            SignInProblem.WrongCredentials => Html.Of($"""<p class="alert" id="signin-error" role="alert">That login name and password do not match.</p>"""),
            SignInProblem.MustWait => Html.Of($"""<p class="alert" id="signin-error" role="alert">Too many attempts. Wait a minute, then try again.</p>"""),
            _ => Html.Empty,
        };
}
