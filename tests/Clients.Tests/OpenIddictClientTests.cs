using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Postern.Tests;

/// <summary>OpenIddict as a client: of a web app with people, and without any.</summary>
public class OpenIddictClientTests(PosternServer postern)
{
    private const string Samples = "https://github.com/openiddict/openiddict-samples";
    private const string Docs = "https://documentation.openiddict.com/guides/getting-started/integrating-with-a-remote-server-instance";

    [Fact, Example(typeof(OpenIddictClientService), "Non-interactive OAuth 2.0 client", Docs)]
    public async Task A_service_gets_a_token_for_itself()
    {
        var worker = await postern.AddClientAsync("--machine", "--scope", "api");
        var services = new ServiceCollection();
        services.AddOpenIddict()
            .AddClient(options =>
            {
                options.AllowClientCredentialsFlow();
                options.DisableTokenStorage();
                options.UseSystemNetHttp();
                options.AddRegistration(new OpenIddictClientRegistration
                {
                    Issuer = new Uri(postern.Issuer, UriKind.Absolute),

                    ClientId = worker.Id,
                    ClientSecret = worker.Secret,
                });
            });
        await using var provider = services.BuildServiceProvider();

        var service = provider.GetRequiredService<OpenIddictClientService>();
        var result = await service.AuthenticateWithClientCredentialsAsync(new() { CancellationToken = TestContext.Current.CancellationToken });

        Assert.NotEmpty(result.AccessToken);
    }

    [Fact, Example(typeof(OpenIddictClientRegistration), "Velusia.Client: code flow in ASP.NET Core", Samples)]
    public async Task A_web_app_knows_who_signed_in()
    {
        var address = SampleApp.FreeAddress();
        var web = await postern.AddClientAsync("--redirect-uri", $"{address}/callback/login/local");
        await using var app = await SampleApp.StartAsync(address, builder => Configure(builder.Services, web), Map);
        using var alice = new Person();

        var (_, page) = await alice.OpenAsync($"{address}/");

        var known = JsonSerializer.Deserialize<Known>(page, JsonSerializerOptions.Web)!;
        Assert.Equal("Alice Example", known.Name);
        Assert.Equal(PosternServer.Login, known.Claims[ClaimTypes.Email]);
    }

    private void Configure(IServiceCollection services, Registered web)
    {
        services.AddDbContext<DbContext>(options =>
        {
            options.UseInMemoryDatabase("openiddict-client");
            options.UseOpenIddict();
        });
        services.AddAuthentication(options => options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(options => options.LoginPath = "/login");
        services.AddOpenIddict()
            .AddCore(options => options.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddClient(options =>
            {
                options.AllowAuthorizationCodeFlow();
                options.AddDevelopmentEncryptionCertificate().AddDevelopmentSigningCertificate();
                options.UseAspNetCore().EnableRedirectionEndpointPassthrough();
                options.UseSystemNetHttp();
                options.AddRegistration(new OpenIddictClientRegistration
                {
                    Issuer = new Uri(postern.Issuer, UriKind.Absolute),

                    ClientId = web.Id,
                    ClientSecret = web.Secret,
                    Scopes = { Scopes.Email, Scopes.Profile },

                    RedirectUri = new Uri("callback/login/local", UriKind.Relative),
                });
            });
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/", (ClaimsPrincipal user) => SampleApp.WhoIs(user)).RequireAuthorization();
        app.MapGet("/login", () =>
            Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]));
        app.MapMethods("/callback/login/{provider}", ["GET", "POST"], async (HttpContext http) =>
        {
            var result = await http.AuthenticateAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme);
            var identity = new ClaimsIdentity("ExternalLogin", ClaimTypes.Name, ClaimTypes.Role);
            identity.SetClaim(ClaimTypes.Email, result.Principal!.GetClaim(ClaimTypes.Email))
                .SetClaim(ClaimTypes.Name, result.Principal!.GetClaim(ClaimTypes.Name))
                .SetClaim(ClaimTypes.NameIdentifier, result.Principal!.GetClaim(ClaimTypes.NameIdentifier));
            var properties = new AuthenticationProperties(result.Properties!.Items) { RedirectUri = result.Properties.RedirectUri ?? "/" };
            return Results.SignIn(new ClaimsPrincipal(identity), properties);
        });
    }
}
