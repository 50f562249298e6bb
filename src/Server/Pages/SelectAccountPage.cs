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
                <p class="lead">to continue to <strong>{model.ClientName}</strong></p>
                <form id="select-account-form" method="post" action="{model.Action}">
                <input type="hidden" name="interaction" value="{model.Interaction}">
                <input type="hidden" name="antiforgery" value="{model.Antiforgery}">
                <button id="account-continue" type="submit" name="choice" value="continue">Continue as {model.Name}<small>{model.Login}</small></button>
                <button id="account-other" class="quiet" type="submit" name="choice" value="other">Use another account</button>
                </form>
                """
            )
        );
}
