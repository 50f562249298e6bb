namespace Postern.Server;

/// <summary>What the page after signing out shows and does.</summary>
/// <param name="Frames">URLs of apps that sign out too where they are loaded in a frame (Front-Channel Logout §2).</param>
/// <param name="ClientName">The app to return to.</param>
/// <param name="Continue">Where it is; null: nowhere.</param>
/// <param name="IsMeant">The page goes on by itself.</param>
internal sealed record SignedOutModel(IReadOnlyList<string> Frames, string? ClientName, string? Continue, bool IsMeant);

internal static class SignedOutPage
{
    public static Page Of(SignedOutModel model) =>
        new("You are signed out", Html.Of($"{Rest(model)}{model.Frames.Select(Frame)}"))
        {
            FrameSources = [.. model.Frames.Select(frame => new Uri(frame).GetLeftPart(UriPartial.Authority)).Distinct()],
            Script = model.Continue is not null && model.IsMeant ? "signed-out.js" : null,
        };

    private static Html Rest(SignedOutModel model) =>
        model.Continue is { } next
            ? Html.Of(
                $"""
                <p class="lead">{(model.IsMeant ? "You are being returned to the app." : "You can go back to the app, or close this page.")}</p>
                <a id="continue" class="go" href="{next}">Continue to {Name(model)}</a>
                """
            )
            : Html.Of(
                $"""
                <p class="lead">Apps that you have used may keep you signed in until you sign out of them too. You can close this page.</p>
                """
            );

    private static Html Name(SignedOutModel model) => model.ClientName is { } name ? Html.Of($"<bdi>{name}</bdi>") : Html.Of($"the app");

    // It may use its own cookies, and may not take this page elsewhere.
    private static Html Frame(string url) =>
        Html.Of(
            $"""
            <iframe class="unseen" src="{url}" title="Signing out of an app" tabindex="-1" aria-hidden="true"
              sandbox="allow-scripts allow-same-origin"></iframe>

            """
        );
}
