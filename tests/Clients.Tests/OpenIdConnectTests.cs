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
            Needs = "`--post-logout-redirect-uri URI`: the app returns to `/signout-callback-oidc`")
    ]
    public async Task Signing_out_ends_the_session_at_the_app_and_at_Postern()
    {
        Assert.Equal((HttpStatusCode.BadRequest, 0), await SignOutAsync(_ => []));
        Assert.Equal((HttpStatusCode.OK, 1), await SignOutAsync(address => ["--post-logout-redirect-uri", $"{address}/signout-callback-oidc"]));
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
        await using var app = await StartAsync(address, configure);
        using var alice = new Person();
        var (status, page) = await alice.OpenAsync($"{address}/");
        Assert.True(status == HttpStatusCode.OK, $"{status} {page}");
        return JsonSerializer.Deserialize<Known>(page, JsonSerializerOptions.Web)!;
    }

    // How it ended, and how often she has to sign in after it.
    private async Task<(HttpStatusCode, int)> SignOutAsync(Func<string, string[]> options)
    {
        var address = SampleApp.FreeAddress();
        await using var app = await StartAsync(address, UserInfoExample, options(address));
        using var alice = new Person();
        Assert.Equal(HttpStatusCode.OK, (await alice.OpenAsync($"{address}/")).Status);
        var (status, page) = await alice.OpenAsync($"{address}/Logout");
        Assert.True(status != HttpStatusCode.OK || page == "signed out", page);
        var signIns = alice.SignIns;
        Assert.Equal(HttpStatusCode.OK, (await alice.OpenAsync($"{address}/")).Status);
        return (status, alice.SignIns - signIns);
    }

    private async Task<SampleApp> StartAsync(string address, Action<OpenIdConnectOptions, IConfiguration> configure, params string[] options)
    {
        var client = await postern.AddClientAsync(["--redirect-uri", $"{address}/signin-oidc", .. options]);
        return await SampleApp.StartAsync(address, builder => Configure(builder, client, configure), Map);
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

    private static void Map(WebApplication app)
    {
        app.MapGet("/", async (HttpContext http) =>
        {
            var known = SampleApp.WhoIs(http.User);
            known.Claims["refresh_token"] = await http.GetTokenAsync("refresh_token") ?? "";
            return known;
        }).RequireAuthorization();
        string[] both = [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme];
        app.MapGet("/Logout", () => Results.SignOut(new AuthenticationProperties { RedirectUri = "/SignedOut" }, both));
        app.MapGet("/SignedOut", (HttpContext http) => http.User.Identity!.IsAuthenticated ? "still signed in" : "signed out");
    }
}
