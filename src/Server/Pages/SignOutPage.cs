namespace Postern.Server;

/// <summary>What the question shows.</summary>
/// <param name="Action">Where its form goes.</param>
/// <param name="Name">Who is signed in.</param>
/// <param name="Login">By which login name.</param>
/// <param name="ClientName">The app that asks; null: the person does.</param>
/// <param name="Hidden">What its form brings back.</param>
internal sealed record SignOutModel(string Action, string Name, string Login, string? ClientName, IReadOnlyList<(string Name, string Value)> Hidden);

internal static class SignOutPage
{
    public const string Choice = "choice";
    public const string Stay = "stay";

    public static Page Of(SignOutModel model) =>
        new(
            "Sign out?",
            Html.Of(
                $"""
                <p class="lead">{Asked(model)}You are signed in as {Fields.Foreign(model.Name)}{Login(model)}.
                  Signing out ends your session in this browser.</p>
                <form id="signout-form" method="post" action="{model.Action}">
                {model.Hidden.Select(one => Fields.Hidden(one.Name, one.Value))}
                <button id="signout" class="primary" type="submit">Sign out</button>
                <button id="stay" type="submit" name="{Choice}" value="{Stay}">Stay signed in</button>
                </form>
                """
            )
        )
        {
            Script = Page.SubmitOnce,
        };

    public static Page StillSignedIn() =>
        new("You are still signed in", Html.Of($"""<p class="lead">Nothing was changed. You can close this page, or go back to the app.</p>"""));

    private static Html Asked(SignOutModel model) =>
        model.ClientName is { } client ? Html.Of($"{Fields.Foreign(client)} asks to sign you out. ") : Html.Empty;

    private static Html Login(SignOutModel model) =>
        model.Login == model.Name ? Html.Empty : Html.Of($" (<bdi>{model.Login}</bdi>)");
}
