using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Postern.Tests;

/// <summary>A web app with ASP.NET Core's own handler, from the first page to signing out.</summary>
public class OpenIdConnectTests(PosternServer postern)
{
    private const string Docs = "https://learn.microsoft.com/aspnet/core/security/authentication/";

    [Fact, Example(typeof(OpenIdConnectHandler), "Configure OpenID Connect Web (UI) authentication", Docs + "configure-oidc-web-authentication")]
    public async Task A_web_app_set_up_by_the_guide_knows_who_signed_in()
    {
        var known = await SignInAsync((options, configuration) =>
        {
            var oidcConfig = configuration.GetSection("OpenIDConnectSettings");

            options.Authority = oidcConfig["Authority"];
            options.ClientId = oidcConfig["ClientId"];
            options.ClientSecret = oidcConfig["ClientSecret"];

            options.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            options.ResponseType = OpenIdConnectResponseType.Code;

            options.SaveTokens = true;
            options.GetClaimsFromUserInfoEndpoint = true;

            options.MapInboundClaims = false;
            options.TokenValidationParameters.NameClaimType = JwtRegisteredClaimNames.Name;
            options.TokenValidationParameters.RoleClaimType = "roles";
        });
        Assert.Equal("Alice Example", known.Name);
    }

    [Fact, Example(typeof(OpenIdConnectHandler), "Map, customize, and transform claims", Docs + "claims")]
    public async Task The_ID_token_alone_says_the_name()
    {
        var known = await SignInAsync((options, configuration) =>
        {
            var oidcConfig = configuration.GetSection("OpenIDConnectSettings");
            options.SignInScheme = "Cookies";
            options.Authority = oidcConfig["Authority"];
            options.RequireHttpsMetadata = true;
            options.ClientId = oidcConfig["ClientId"];
            options.ClientSecret = oidcConfig["ClientSecret"];
            options.ResponseType = "code";
            options.UsePkce = true;
            options.Scope.Add("profile");
            options.SaveTokens = true;
        });
        Assert.Equal("Alice Example", known.Claims["name"]);
    }

    [
        Fact,
        Example(typeof(OpenIdConnectHandler), "Example using the user info endpoint",
            Docs + "configure-oidc-web-authentication#example-using-user-info-endpoint",
            Needs = "`PushedAuthorizationBehavior.Require` left out: there are no pushed authorization requests")
    ]
    public async Task The_userinfo_endpoint_says_the_rest()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => SignInAsync((options, configuration) =>
        {
            UserInfoExample(options, configuration);
            options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Require;
        }));
        var known = await SignInAsync(UserInfoExample);
        Assert.Equal("Alice Example", known.Name);
        Assert.Equal(PosternServer.Login, known.Claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"]);
        Assert.NotEmpty(known.Claims["refresh_token"]);
    }

    [
        Fact,
        Example(typeof(OpenIdConnectHandler), "Add a new Logout page", Docs + "configure-oidc-web-authentication",
            Needs = "the cookie's scheme alone signed out: there is no `end_session_endpoint`, people sign out of Postern at `/signout`")
    ]
    public async Task Signing_out_ends_the_session_at_the_app()
    {
        string[] both = [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme];
        Assert.Equal(HttpStatusCode.InternalServerError, await SignOutAsync(both));
        Assert.Equal(HttpStatusCode.OK, await SignOutAsync(both[..1]));
    }

    private static void UserInfoExample(OpenIdConnectOptions options, IConfiguration configuration)
    {
        var oidcConfig = configuration.GetSection("OpenIDConnectSettings");
        options.Authority = oidcConfig["Authority"];
        options.ClientSecret = oidcConfig["ClientSecret"];
        options.ClientId = oidcConfig["ClientId"];
        options.ResponseType = OpenIdConnectResponseType.Code;

        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("profile");
        options.Scope.Add("email");
        options.Scope.Add("offline_access");

        options.ClaimActions.Remove("amr");
        options.ClaimActions.MapUniqueJsonKey("website", "website");

        options.GetClaimsFromUserInfoEndpoint = true;
        options.SaveTokens = true;

        options.TokenValidationParameters.NameClaimType = "name";
        options.TokenValidationParameters.RoleClaimType = "role";
    }

    // What a page that only people who signed in may see knows of them.
    private async Task<Known> SignInAsync(Action<OpenIdConnectOptions, IConfiguration> configure)
    {
        var address = SampleApp.FreeAddress();
        await using var app = await StartAsync(address, configure, []);
        using var alice = new Person();
        var (status, page) = await alice.OpenAsync($"{address}/");
        Assert.True(status == HttpStatusCode.OK, $"{status} {page}");
        return JsonSerializer.Deserialize<Known>(page, JsonSerializerOptions.Web)!;
    }

    private async Task<HttpStatusCode> SignOutAsync(string[] schemes)
    {
        var address = SampleApp.FreeAddress();
        await using var app = await StartAsync(address, UserInfoExample, schemes);
        using var alice = new Person();
        Assert.Equal(HttpStatusCode.OK, (await alice.OpenAsync($"{address}/")).Status);
        var (status, page) = await alice.OpenAsync($"{address}/Logout");
        Assert.True(status != HttpStatusCode.OK || page == "signed out", page);
        return status;
    }

    private async Task<SampleApp> StartAsync(string address, Action<OpenIdConnectOptions, IConfiguration> configure, string[] signOut)
    {
        var client = await postern.AddClientAsync("--redirect-uri", $"{address}/signin-oidc");
        return await SampleApp.StartAsync(address, builder => Configure(builder, client, configure), app => Map(app, signOut));
    }

    private void Configure(WebApplicationBuilder builder, Registered client, Action<OpenIdConnectOptions, IConfiguration> configure)
    {
        builder.Configuration["OpenIDConnectSettings:Authority"] = postern.Issuer;
        builder.Configuration["OpenIDConnectSettings:ClientId"] = client.Id;
        builder.Configuration["OpenIDConnectSettings:ClientSecret"] = client.Secret;
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options => configure(options, builder.Configuration));
    }

    private static void Map(WebApplication app, string[] signOut)
    {
        app.MapGet("/", async (HttpContext http) =>
        {
            var known = SampleApp.WhoIs(http.User);
            known.Claims["refresh_token"] = await http.GetTokenAsync("refresh_token") ?? "";
            return known;
        }).RequireAuthorization();
        app.MapGet("/Logout", () => Results.SignOut(new AuthenticationProperties { RedirectUri = "/SignedOut" }, signOut));
        app.MapGet("/SignedOut", (HttpContext http) => http.User.Identity!.IsAuthenticated ? "still signed in" : "signed out");
    }
}
