using Postern.Protocol;

namespace Postern.Server;

/// <summary>What people are shown who sign out, and where they are sent.</summary>
internal sealed class SignOutPages(ServerOptions options)
{
    /// <summary>The question, whose form brings back what the app asked for, to be checked again.</summary>
    public IResult Ask(LogoutRequest logout, User user, string antiforgery)
    {
        (string, string?)[] fields =
        [
            (InteractionForm.Antiforgery, antiforgery),
            (Parameters.ClientId, logout.Client?.ClientId),
            (Parameters.PostLogoutRedirectUri, logout.Redirect?.Uri),
            (Parameters.State, logout.Redirect?.State),
        ];
        var model = new SignOutModel(
            $"{options.BasePath}/{Paths.SignOut}",
            user.DisplayName,
            user.Login,
            logout.Client?.ClientName,
            [.. from field in fields where field.Item2 is not null select (field.Item1, field.Item2!)]
        );
        return Show(SignOutPage.Of(model) with { FormAction = logout.Redirect?.FormActionSource });
    }

    /// <summary>After the end of the session.</summary>
    /// <param name="logout">What was asked for.</param>
    /// <param name="frames">Front-channel logout URIs to load.</param>
    /// <param name="isMeant">Somebody who may has asked for it; otherwise nobody is sent anywhere, though they may go.</param>
    public IResult Done(LogoutRequest logout, IReadOnlyList<string> frames, bool isMeant)
    {
        if (logout.Redirect is { } redirect && isMeant && frames.Count == 0)
            return new SeeOther(redirect.Location);
        return Show(SignedOutPage.Of(new SignedOutModel(frames, logout.Client?.ClientName, logout.Redirect?.Location, isMeant)));
    }

    public IResult StillSignedIn() => Show(SignOutPage.StillSignedIn());

    private PageResponse Show(Page page) => new(page, options);
}
