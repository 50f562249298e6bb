using Postern.Protocol;

namespace Postern.Server;

/// <summary>Pages that say one thing.</summary>
internal static class NoticePages
{
    /// <param name="error">What went wrong.</param>
    /// <param name="reference">Under which the log has the exact reason.</param>
    public static Page Error(PageError error, string reference) =>
        new(
            "This did not work",
            Html.Of(
                $"""
                <p id="error-message" class="lead">{error.Message}</p>
                <p>{Advice(error.Status)} If it happens again, tell the people who run the app, and give them the reference.</p>
                <p class="reference">Reference <code id="reference">{reference}</code></p>
                """
            )
        )
        {
            Status = error.Status,
            RetryAfter = error.RetryAfter,
        };

    /// <summary>Carries the response to the client by a form (Form Post Response Mode §2).</summary>
    public static Page FormPost(AuthorizationResponse response) =>
        Post("You are being returned to the app.", response.Uri, response.Parameters.Select(one => Fields.Hidden(one.Name, one.Value)));

    /// <summary>Posts the client's request once more, from here.</summary>
    public static Page PostAgain(string action, RequestParameters request) =>
        Post("What you were doing goes on in a moment.", action, request.Pairs.Select(one => Fields.Hidden(one.Name, one.Value)));

    // The button is for browsers without script.
    private static Page Post(string lead, string action, IEnumerable<Html> fields) =>
        new(
            "One moment",
            Html.Of(
                $"""
                <p class="lead">{lead}</p>
                <form id="form-post" method="post" action="{action}">
                {fields}
                <button id="form-post-continue" class="primary" type="submit">Continue</button>
                </form>
                """
            )
        )
        {
            Script = "form-post.js",
        };

    private static string Advice(int status) =>
        status >= StatusCodes.Status500InternalServerError
            ? "Wait a moment, then go back to the app and try again."
            : "Go back to the app and start again.";
}
