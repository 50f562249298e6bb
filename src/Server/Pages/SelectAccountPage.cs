namespace Postern.Server;

/// <summary>What the account selection page shows.</summary>
internal sealed record SelectAccountModel(string Action, string ClientName, string Interaction, string Antiforgery, string Name, string Login);

internal static class SelectAccountPage
{
    public static Page Of(SelectAccountModel model) =>
        new(
            "Choose an account",
            Html.Of(
                $"""
                <p class="lead">to continue to {Fields.Foreign(model.ClientName)}</p>
                <form id="select-account-form" method="post" action="{model.Action}">
                {Fields.Proof(model.Interaction, model.Antiforgery)}
                <button id="account-continue" class="primary" type="submit" name="choice" value="continue">
                  Continue as <bdi>{model.Name}</bdi>{Login(model)}
                </button>
                <button id="account-other" type="submit" name="choice" value="other">Use another account</button>
                </form>
                """
            )
        )
        {
            Script = Page.SubmitOnce,
        };

    // Two people may share a name, or one person have two accounts.
    private static Html Login(SelectAccountModel model) =>
        model.Login == model.Name ? Html.Empty : Html.Of($" <small><bdi>{model.Login}</bdi></small>");
}
