using Postern.Protocol;

namespace Postern.Server;

/// <summary>One question of an app.</summary>
internal sealed record ApprovalModel(
    string Id,
    string Antiforgery,
    string ClientName,
    string? BindingMessage,
    TimeSpan Age,
    Scope Scope,
    IReadOnlyList<Resource> Resources
);

/// <summary>What the approvals page shows.</summary>
internal sealed record ApprovalsModel(string Action, string Name, IReadOnlyList<ApprovalModel> Waiting, ApprovalResult Result);

/// <summary>What apps ask a person whom they have not before them in this browser: each with its own words to compare, and its own answer.</summary>
internal static class ApprovalsPage
{
    public static Page Of(ApprovalsModel model) =>
        new(
            "Requests for you",
            Html.Of(
                $"""
                <p class="lead">You are signed in as {Fields.Foreign(model.Name)}.</p>
                {Told(model.Result)}
                {(model.Waiting.Count == 0 ? Html.Of($"<p>Nothing waits for your answer.</p>") : Html.Empty)}
                {model.Waiting.Select((one, index) => Question(model.Action, one, index + 1))}
                """
            )
        )
        {
            Script = model.Waiting.Count == 0 ? null : Page.SubmitOnce,
        };

    private static Html Question(string action, ApprovalModel one, int number)
    {
        var at = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Html.Of(
            $"""
            <div class="approval" role="group" aria-labelledby="app-{at}">
            <h2 id="app-{at}">{Fields.Foreign(one.ClientName)} asks for access to your account</h2>
            {Message(one.BindingMessage)}
            <p>It asked {Fields.Ago(one.Age)}, and would be able to</p>
            {ConsentPage.List(one.Scope, one.Resources)}
            <p class="notice">Allow this only if you have just started it yourself.</p>
            <form id="approval-{at}" class="decision" method="post" action="{action}">
            {Fields.Hidden(InteractionForm.Antiforgery, one.Antiforgery)}
            {Fields.Hidden("approval", one.Id)}
            {Fields.Hidden("shown", one.Scope.ToString())}
            <button id="allow-{at}" class="primary" type="submit" name="decision" value="allow">Allow</button>
            <button id="deny-{at}" type="submit" name="decision" value="deny">Deny</button>
            </form>
            </div>
            """
        );
    }

    private static Html Message(string? message) =>
        message is null ? Html.Empty : Html.Of($"""<p class="host">Compare with what it shows <strong><bdi>{message}</bdi></strong></p>""");

    private static Html Told(ApprovalResult result) =>
        result switch
        {
            ApprovalResult.Allowed => Told("You have allowed it. The app goes on by itself."),
            ApprovalResult.Denied => Told("You have denied it."),
            ApprovalResult.Over => Told("That was answered before, or took too long."),
            _ => Html.Empty,
        };

    private static Html Told(string sentence) => Html.Of($"""<p id="answered" class="host" role="status">{sentence}</p>""");
}
