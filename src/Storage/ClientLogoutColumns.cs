using Postern.Protocol;

namespace Postern.Storage;

/// <summary>The columns of a client's row for <see cref="ClientLogout"/>.</summary>
internal static class ClientLogoutColumns
{
    public static Row SetLogout(this Row row, ClientLogout logout) =>
        row.Set("PostLogoutRedirectUris", logout.PostLogoutRedirectUris.Select(uri => uri.Value))
            .Set("BackchannelLogoutUri", logout.BackchannelLogoutUri)
            .Set("FrontchannelLogoutUri", logout.FrontchannelLogoutUri)
            .Set("SignOutEndsGrants", logout.EndsGrants);

    public static ClientLogout Logout(this Row row) =>
        new()
        {
            PostLogoutRedirectUris = [.. row.Lines("PostLogoutRedirectUris").Select(ClientStore.ToRedirectUri)],
            BackchannelLogoutUri = row.Text("BackchannelLogoutUri"),
            FrontchannelLogoutUri = row.Text("FrontchannelLogoutUri"),
            EndsGrants = row.FlagOrNull("SignOutEndsGrants"),
        };
}
