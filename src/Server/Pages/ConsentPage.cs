using Postern.Protocol;

namespace Postern.Server;

/// <summary>What the consent page shows.</summary>
internal sealed record ConsentModel(string Action, string ClientName, string Interaction, string Antiforgery, string Name, string RedirectHost, bool IsThisDevice, Scope Scope);

internal static class ConsentPage
{
    public static Page Of(ConsentModel model) =>
        new(
            $"Allow {model.ClientName}?",
            Html.Of(
                $"""
                <p class="lead">You are signed in as <strong>{model.Name}</strong>. <strong>{model.ClientName}</strong> asks to:</p>
                <ul class="scopes">{Html.Join(model.Scope.Values.Select(Item))}</ul>
                <p class="host">You will return to <strong id="redirect-host">{model.RedirectHost}</strong></p>
                {Notice(model.IsThisDevice)}
                <form id="consent-form" method="post" action="{model.Action}">
                <input type="hidden" name="interaction" value="{model.Interaction}">
                <input type="hidden" name="antiforgery" value="{model.Antiforgery}">
                <button id="consent-allow" type="submit" name="decision" value="allow">Allow</button>
                <button id="consent-deny" class="quiet" type="submit" name="decision" value="deny">Deny</button>
                </form>
                """
            )
        );

    // MCP, security considerations: whatever listens on this computer can claim such a redirect.
    private static Html Notice(bool isThisDevice) =>
        isThisDevice ? Html.Of($"""<p class="notice">This app runs on your own device. Continue only if you have just started it yourself.</p>""") : Html.Empty;

    private static Html Item(string value) => Html.Of($"<li>{Sentence(value)}</li>");

    private static Html Sentence(string value) =>
        value switch
        {
            Scope.OpenId => Html.Of($"know who you are"),
            Scope.Profile => Html.Of($"see your name and profile"),
            Scope.Email => Html.Of($"see your e-mail address"),
            Scope.Address => Html.Of($"see your postal address"),
            Scope.Phone => Html.Of($"see your phone number"),
            Scope.OfflineAccess => Html.Of($"keep this access while you are away"),
            _ => Html.Of($"use <code>{value}</code>"),
        };
}
