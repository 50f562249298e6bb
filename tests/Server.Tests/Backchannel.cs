namespace Postern.Tests;

/// <summary>A client that asks Alice on its back channel.</summary>
public sealed class Backchannel(RemoteServer server, string clientId = "bank")
{
    /// <summary>The answer of the backchannel authentication endpoint.</summary>
    public Answer Started { get; private set; } = null!;

    public string Id => Started.Text("auth_req_id")!;

    public static async Task<Backchannel> AskAsync(RemoteServer server, string clientId = "bank", params (string Name, string Value)[] parameters)
    {
        var asked = new Backchannel(server, clientId);
        var usual = new[] { ("scope", "openid profile api:read"), ("login_hint", RemoteServer.Login), ("binding_message", "W4SCT") };
        var all = usual.Where(one => !parameters.Any(given => given.Name == one.Item1)).Concat(parameters).Where(one => one.Item2.Length > 0);
        asked.Started = await server.PostAsync("/bc-authorize", clientId, [.. all]);
        return asked;
    }

    public Task<Answer> PollAsync(string? asClient = null) =>
        server.PostAsync("/token", asClient ?? clientId, ("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", Id));
}
