using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Postern.Tests;

/// <summary>
/// Two web apps with ASP.NET Core's handler, of which one signs out. The handler has an endpoint for the front channel; for the back
/// channel it has none, so the app has one that validates the logout token by the framework's own means.
/// </summary>
public class SignOutTests(PosternServer postern)
{
    private static readonly string[] Both = [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme];

    private readonly ConcurrentQueue<TokenValidated> told = new();

    private sealed record TokenValidated(string ClientId, bool IsValid, string? Sid, string? Type, Exception? Failure);

    [Fact, Spec("OIDC Front-Channel Logout", "2"), Spec("OIDC Back-Channel Logout", "2.6")]
    public async Task Signing_out_of_one_app_signs_out_of_the_other_by_front_and_back_channel()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        using var alice = new Person();
        Assert.Equal("signed in", (await alice.OpenAsync($"{first.Address}/")).Body);
        Assert.Equal("signed in", (await alice.OpenAsync($"{second.Address}/")).Body);
        Assert.Equal(1, alice.SignIns);
        Assert.Equal((HttpStatusCode.OK, "signed out"), await alice.OpenAsync($"{first.Address}/Logout"));
        Assert.Equal("signed out", (await alice.OpenAsync($"{second.Address}/SignedOut")).Body);
        for (var tries = 0; tries < 500 && told.Count < 2; tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(new[] { first.ClientId, second.ClientId }.Order(), told.Select(one => one.ClientId).Order());
        Assert.All(told, one => Assert.True(one.IsValid, one.Failure?.Message));
        Assert.All(told, one => Assert.Equal(("logout+jwt", 22), (one.Type, one.Sid?.Length)));
        Assert.Equal(2, told.Select(one => one.Sid).Distinct().Count());
    }

    private async Task<Running> StartAsync()
    {
        var address = SampleApp.FreeAddress();
        var client = await postern.AddClientAsync(
            "--redirect-uri", $"{address}/signin-oidc", "--post-logout-redirect-uri", $"{address}/signout-callback-oidc",
            "--frontchannel-logout-uri", $"{address}/signout-oidc", "--backchannel-logout-uri", $"{address}/backchannel"
        );
        var app = await SampleApp.StartAsync(address, builder => Configure(builder, client), app => Map(app, client));
        return new Running(address, client.Id, app);
    }

    private void Configure(WebApplicationBuilder builder, Registered client) =>
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            // Cookies of a host are for all its ports.
            .AddCookie(options => options.Cookie.Name = client.Id)
            .AddOpenIdConnect(options =>
            {
                options.Authority = postern.Issuer;
                options.ClientId = client.Id;
                options.ClientSecret = client.Secret;
                options.ResponseType = "code";
                options.SaveTokens = true;
            });

    private void Map(WebApplication app, Registered client)
    {
        app.MapGet("/", () => "signed in").RequireAuthorization();
        app.MapGet("/Logout", () => Results.SignOut(new AuthenticationProperties { RedirectUri = "/SignedOut" }, Both));
        app.MapGet("/SignedOut", (HttpContext http) => http.User.Identity!.IsAuthenticated ? "still signed in" : "signed out");
        app.MapPost("/backchannel", async (HttpRequest request, IOptionsMonitor<OpenIdConnectOptions> monitor) =>
        {
            var options = monitor.Get(OpenIdConnectDefaults.AuthenticationScheme);
            var metadata = await options.ConfigurationManager!.GetConfigurationAsync(request.HttpContext.RequestAborted);
            var parameters = options.TokenValidationParameters.Clone();
            (parameters.ValidIssuer, parameters.IssuerSigningKeys) = (metadata.Issuer, metadata.SigningKeys);
            (parameters.ValidAudience, parameters.ValidTypes) = (client.Id, ["logout+jwt"]);
            var token = (await request.ReadFormAsync())["logout_token"].ToString();
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters);
            var read = new JsonWebToken(token);
            told.Enqueue(new TokenValidated(client.Id, result.IsValid, read.GetClaim("sid").Value, read.Typ, result.Exception));
            return result.IsValid ? Results.Ok() : Results.BadRequest();
        });
    }

    private sealed record Running(string Address, string ClientId, SampleApp App) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
