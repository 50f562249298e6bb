using Postern.Protocol;

namespace Postern.Server;

/// <summary>Pages that say one thing.</summary>
internal static class NoticePages
{
    /// <param name="error">What went wrong.</param>
    /// <param name="reference">Under which the log has the exact reason.</param>
    public static Page Error(PageError error, string reference) =>
        new("This did not work", Html.Of($"""<p class="lead" id="error-message">{error.Message}</p><p class="reference">Reference <code>{reference}</code></p>""")) { Status = error.Status };

    public static Page SignOut(string action, string antiforgery) =>
        new(
            "Sign out?",
            Html.Of(
                $"""
                <p class="lead">This ends your session in this browser.</p>
                <form id="signout-form" method="post" action="{action}">
                <input type="hidden" name="antiforgery" value="{antiforgery}">
                <button id="signout" type="submit">Sign out</button>
                </form>
                """
            )
        );

    public static Page SignedOut() => new("You are signed out", Html.Of($"""<p class="lead">You can close this page.</p>"""));

    /// <summary>Carries the response to the client by a form (Form Post Response Mode §2); the button is for browsers without script.</summary>
    public static Page FormPost(AuthorizationResponse response) =>
        new(
            "One moment",
            Html.Of(
                $"""
                <p class="lead">You are being returned to the app.</p>
                <form id="form-post" method="post" action="{response.Uri}">
                {Html.Join(response.Parameters.Select(parameter => Html.Of($"""<input type="hidden" name="{parameter.Name}" value="{parameter.Value}">""")))}
                <button type="submit">Continue</button>
                </form>
                """
            )
        )
        {
            Script = "form-post.js",
        };
}
