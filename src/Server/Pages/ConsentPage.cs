using Postern.Protocol;

namespace Postern.Server;

/// <summary>What the consent page shows.</summary>
internal sealed record ConsentModel(
    string Action,
    string ClientName,
    string Interaction,
    string Antiforgery,
    string Name,
    string RedirectHost,
    bool IsThisDevice,
    Scope Scope,
    IReadOnlyList<Resource> Resources
);

/// <summary>
/// Says who asks for what and where the answer goes, so that people can tell one app from another that borrowed its
/// name (RFC 6819 §5.2.4.1).
/// </summary>
internal static class ConsentPage
{
    // In the order in which people care.
    private static readonly (string Scope, Html Sentence)[] Known =
    [
        (Scope.OpenId, Html.Of($"Know that it is you who signs in")),
        (Scope.Profile, Html.Of($"See your name and the rest of your profile")),
        (Scope.Email, Html.Of($"See your email address")),
        (Scope.Phone, Html.Of($"See your phone number")),
        (Scope.Address, Html.Of($"See your postal address")),
        (Scope.OfflineAccess, Html.Of($"Keep this access while you are away")),
    ];

    public static Page Of(ConsentModel model)
    {
        var (app, person) = (Fields.Foreign(model.ClientName), Fields.Foreign(model.Name));
        return new(
            "Allow access?",
            Html.Of(
                $"""
                <p class="lead">{app} asks for access to your account. You are signed in as {person}.</p>
                <h2>It would be able to</h2>
                {List(model.Scope, model.Resources)}
                <p class="host">You will return to <strong id="redirect-host">{model.RedirectHost}</strong></p>
                {Notice(model.IsThisDevice)}
                <form id="consent-form" class="decision" method="post" action="{model.Action}">
                {Fields.Proof(model.Interaction, model.Antiforgery)}
                <button id="consent-allow" class="primary" type="submit" name="decision" value="allow">Allow</button>
                <button id="consent-deny" type="submit" name="decision" value="deny">Deny</button>
                </form>
                """
            )
        )
        {
            Script = Page.SubmitOnce,
        };
    }

    /// <summary>What somebody gets by a scope, in words.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="resources">Those that have words for it.</param>
    public static Html List(Scope scope, IReadOnlyList<Resource> resources) =>
        Html.Of($"""<ul class="scopes" role="list">{Sentences(scope, resources).Select(sentence => Html.Of($"<li>{sentence}</li>"))}</ul>""");

    private static IEnumerable<Html> Sentences(Scope scope, IReadOnlyList<Resource> resources) =>
        Known
            .Where(known => scope.Contains(known.Scope))
            .Select(known => known.Sentence)
            .Concat(scope.Except(Scope.OpenIdConnect).Values.Select(value => Sentence(value, resources)));

    // A value that says for which resource it is, or else of the one that the token is for.
    private static Html Sentence(string text, IReadOnlyList<Resource> resources)
    {
        var at = ResourceScope.TryParse(text);
        var value = at?.Value ?? text;
        if (resources.FirstOrDefault(one => one.Identifier == (at?.Identifier ?? one.Identifier)) is not { } resource)
            return Html.Of($"Use <code>{value}</code>");
        return resource.Scopes.GetValueOrDefault(value) switch
        {
            { Length: > 0 } words => Html.Of($"<bdi>{words}</bdi> ({Fields.Foreign(resource.Name)})"),
            "" => Html.Of($"Use <code>{value}</code> ({Fields.Foreign(resource.Name)})"),
            _ => Html.Of($"Use <code>{value}</code>"),
        };
    }

    // Any program here can listen on the port or claim the scheme, so the app's name proves nothing (RFC 8252 §8.6).
    private static Html Notice(bool isThisDevice) =>
        isThisDevice
            ? Html.Of(
                $"""
                <p id="this-device" class="notice">This app runs on your own device. Continue only if you have just started it yourself.</p>
                """
            )
            : Html.Empty;
}
