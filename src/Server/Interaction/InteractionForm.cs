using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>A form of ours as a browser sent it back: its interaction is this browser's, and open.</summary>
/// <param name="Fields">What was typed and chosen.</param>
/// <param name="Stored">The interaction.</param>
/// <param name="Request">What it is about; null: a page of this server.</param>
/// <param name="IsProven">The form was made for just this. Otherwise it is outdated or forged, and says nothing.</param>
/// <param name="IsAgain">The form's own interaction is over, and this is a new one for the same request.</param>
internal sealed record InteractionForm(
    FormFields Fields,
    Stored<Interaction> Stored,
    AuthorizationRequest? Request,
    bool IsProven,
    bool IsAgain
)
{
    /// <summary>Names of fields that every step's form has.</summary>
    public const string Interaction = "interaction";
    public const string Antiforgery = "antiforgery";
}

/// <summary>Reads the forms of the steps, with the checks that they share (RFC 9700 §4.7).</summary>
internal sealed class InteractionForms(Interactions interactions, AuthorizationRequests requests, Cookies cookies)
{
    /// <summary>Null for a form that is another browser's.</summary>
    /// <param name="http">The POST request.</param>
    /// <param name="purpose">What the anti-forgery token was made for, given the interaction and its request.</param>
    public async Task<InteractionForm?> ReadAsync(HttpContext http, Func<Interaction, AuthorizationRequest?, string> purpose)
    {
        // Whoever comes by the address alone, or goes back to it, has no form.
        if (!HttpMethods.IsPost(http.Request.Method))
            return null;
        if (await RequestReader.FieldsAsync(http.Request) is not { } fields)
            return null;
        if (await interactions.FindAsync(http, fields[InteractionForm.Interaction]) is not { } stored)
            return null;
        var request = await RequestAsync(stored.Value, http.RequestAborted);
        if (request is null && stored.Value.ReturnTo == Paths.Authorize)
            return null;
        var secret = cookies.Interaction(http, stored.Value.Id);
        var isProven = secret?.Accepts(fields[InteractionForm.Antiforgery], purpose(stored.Value, request)) == true;
        return interactions.IsOpen(stored.Value)
            ? new InteractionForm(fields, stored, request, isProven, IsAgain: false)
            : new InteractionForm(fields, await interactions.AgainAsync(http, stored.Value), request, isProven, IsAgain: true);
    }
    private async Task<AuthorizationRequest?> RequestAsync(Interaction interaction, CancellationToken cancellation)
    {
        if (interaction.ReturnTo != Paths.Authorize || !RequestParameters.Parse(interaction.Parameters).Succeeds(out var parameters, out _))
            return null;
        return await requests.VerifyAsync(parameters, cancellation) is Verified.Accepted accepted ? accepted.Request : null;
    }
}
