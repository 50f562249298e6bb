namespace Postern.Tests;

/// <summary>A device that asks for access, and the person at its screen.</summary>
public sealed class Device(RemoteServer server, string clientId = "tv")
{
    /// <summary>The answer of the device authorization endpoint.</summary>
    public Answer Started { get; private set; } = null!;

    public string Code => Started.Text("device_code")!;

    public string UserCode => Started.Text("user_code")!;

    public static async Task<Device> StartAsync(RemoteServer server, string clientId = "tv", string scope = "openid profile api:read")
    {
        var device = new Device(server, clientId);
        device.Started = await server.PostAsync("/device_authorization", clientId, ("scope", scope));
        return device;
    }

    public Task<Answer> PollAsync(string? asClient = null) =>
        server.PostAsync("/token", asClient ?? clientId, ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", Code));

    /// <summary>Alice, signed in, with the question before her.</summary>
    public async Task<Browser> TypeAsync(Browser? browser = null, string? code = null) =>
        await (await (browser ?? await server.SignedInAsync()).GoAsync("/device")).SubmitAsync(("user_code", code ?? UserCode));

    public async Task<Browser> AnswerAsync(string decision = "allow") => await (await TypeAsync()).ConsentAsync(decision);
}
