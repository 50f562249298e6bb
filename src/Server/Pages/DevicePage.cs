using Postern.Protocol;

namespace Postern.Server;

/// <summary>What the page shows that asks for a device's code.</summary>
internal sealed record DeviceCodeModel(string Action, string Antiforgery, string? Code, DeviceProblem Problem);

/// <summary>What the page shows that asks whether the device may have access.</summary>
internal sealed record DeviceConsentModel(
    string Action,
    string Antiforgery,
    string Code,
    string ClientName,
    string Name,
    TimeSpan Age,
    string? StartedFrom,
    Scope Scope,
    IReadOnlyList<Resource> Resources
);

/// <summary>
/// The pages for the codes of devices. Somebody far away may have started it and sent the code on (RFC 8628 §5.4), so they say what to
/// compare, and where and when it began.
/// </summary>
internal static class DevicePage
{
    public static Page Code(DeviceCodeModel model) =>
        new(
            "Connect a device",
            Html.Of(
                $"""
                <p class="lead">{Lead(model)}</p>
                {Alert(model.Problem)}
                <form id="device-form" method="post" action="{model.Action}">
                {Fields.Hidden(InteractionForm.Antiforgery, model.Antiforgery)}
                <label for="user-code">Code</label>
                <input id="user-code" class="code" name="user_code" type="text" value="{model.Code ?? ""}" maxlength="64" required="required"
                  autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" autofocus="autofocus"
                  {Describe(model.Problem)} />
                <button id="device-continue" class="primary" type="submit">Continue</button>
                </form>
                """
            )
        )
        {
            Script = Page.SubmitOnce,
            // RFC 6585 §4, and what the sentence below says.
            RetryAfter = model.Problem == DeviceProblem.MustWait ? TimeSpan.FromMinutes(1) : null,
            Status = model.Problem switch
            {
                DeviceProblem.Wrong or DeviceProblem.Over => StatusCodes.Status400BadRequest,
                DeviceProblem.MustWait => StatusCodes.Status429TooManyRequests,
                _ => StatusCodes.Status200OK,
            },
        };

    public static Page Consent(DeviceConsentModel model)
    {
        var (app, person) = (Fields.Foreign(model.ClientName), Fields.Foreign(model.Name));
        return new(
            "Connect this device?",
            Html.Of(
                $"""
                <p class="lead">{app} on a device asks for access to your account. You are signed in as {person}.</p>
                <p class="host">Your device shows <strong id="device-code" class="code">{model.Code}</strong> It asked {Started(model)}</p>
                <h2>It would be able to</h2>
                {ConsentPage.List(model.Scope, model.Resources)}
                <p class="notice">Allow this only if you have just started it yourself, and the code is on your own device now. Whoever sent you a
                code or a link to this page would get into your account.</p>
                <form id="device-consent-form" class="decision" method="post" action="{model.Action}">
                {Fields.Hidden(InteractionForm.Antiforgery, model.Antiforgery)}
                {Fields.Hidden(UserCode.Parameter, model.Code)}
                {Fields.Hidden("shown", model.Scope.ToString())}
                <button id="device-allow" class="primary" type="submit" name="decision" value="allow">Allow</button>
                <button id="device-deny" type="submit" name="decision" value="deny">Deny</button>
                </form>
                """
            )
        )
        {
            Script = Page.SubmitOnce,
        };
    }

    public static Page Answered(string clientName, bool isAllowed) =>
        isAllowed
            ? new(
                "Your device is connected",
                Html.Of($"""<p class="lead">{Fields.Foreign(clientName)} goes on by itself in a few seconds. You can close this page.</p>""")
            )
            : new(
                "Nothing was connected",
                Html.Of($"""<p class="lead">You have denied {Fields.Foreign(clientName)} access to your account. You can close this page.</p>""")
            );

    private static Html Lead(DeviceCodeModel model) =>
        model.Problem == DeviceProblem.Compare
            ? Html.Of($"Is this the code that your device shows? Continue only if you see it there, and have just started it yourself.")
            : Html.Of($"Type the code that your device shows.");

    private static Html Started(DeviceConsentModel model) =>
        model.StartedFrom is { } address
            ? Html.Of($"""{Fields.Ago(model.Age)}, from the address <span id="started-from">{address}</span>.""")
            : Html.Of($"{Fields.Ago(model.Age)}.");

    private static Html Alert(DeviceProblem problem) =>
        problem switch
        {
            DeviceProblem.Wrong => Alert("No device waits with that code. Compare it with your device, then try again."),
            DeviceProblem.Over => Alert("That code is used or has expired. Start again on your device."),
            DeviceProblem.MustWait => Alert("Too many codes were wrong. Wait a minute, then try again."),
            _ => Html.Empty,
        };

    private static Html Alert(string sentence) => Html.Of($"""<p id="device-error" class="alert" role="alert">{sentence}</p>""");

    private static Html Describe(DeviceProblem problem) =>
        problem switch
        {
            DeviceProblem.Wrong or DeviceProblem.Over => Html.Of($"""aria-invalid="true" aria-describedby="device-error" """),
            DeviceProblem.MustWait => Html.Of($"""aria-describedby="device-error" """),
            _ => Html.Empty,
        };
}
