using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Tests;

/// <summary>An API that verifies access tokens by itself.</summary>
public class JwtBearerTests(PosternServer postern)
{
    private const string Docs = "https://learn.microsoft.com/aspnet/core/security/authentication/configure-jwt-bearer-authentication";

    [Fact, Example(typeof(JwtBearerHandler), "JWT bearer token basic validation", Docs + "#jwt-bearer-token-basic-validation")]
    public Task An_API_takes_tokens_for_its_audience() =>
        VerifyAsync(builder => builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(jwtOptions =>
            {
                jwtOptions.Authority = postern.Issuer;
                jwtOptions.Audience = Api.Audience;
            }));

    [Fact, Example(typeof(JwtBearerHandler), "JWT bearer token explicit validation", Docs + "#jwt-bearer-token-explicit-validation")]
    public Task An_API_checks_everything_that_can_be_checked() =>
        VerifyAsync(builder =>
        {
            builder.Configuration["Api:MetadataAddress"] = postern.Issuer + "/.well-known/openid-configuration";
            builder.Configuration["Api:Authority"] = postern.Issuer;
            builder.Configuration["Api:Audience"] = Api.Audience;
            builder.Configuration["Api:ValidAudiences:0"] = Api.Audience;
            builder.Configuration["Api:ValidIssuers:0"] = postern.Issuer;
            builder.Services.AddAuthentication()
                .AddJwtBearer("some-scheme", jwtOptions =>
                {
                    jwtOptions.MetadataAddress = builder.Configuration["Api:MetadataAddress"]!;
                    jwtOptions.Authority = builder.Configuration["Api:Authority"];
                    jwtOptions.Audience = builder.Configuration["Api:Audience"];
                    jwtOptions.TokenValidationParameters = new TokenValidationParameters
                    {
                        ValidateIssuer = true,
                        ValidateAudience = true,
                        ValidateIssuerSigningKey = true,
                        ValidAudiences = builder.Configuration.GetSection("Api:ValidAudiences").Get<string[]>(),
                        ValidIssuers = builder.Configuration.GetSection("Api:ValidIssuers").Get<string[]>(),
                    };

                    jwtOptions.MapInboundClaims = false;
                    jwtOptions.TokenValidationParameters.ValidTypes = ["at+jwt"];
                });
        });

    private async Task VerifyAsync(Action<WebApplicationBuilder> configure)
    {
        await using var api = await Api.StartAsync(configure);
        Assert.Equal(HttpStatusCode.OK, await api.CallAsync(await postern.TokenForAsync(Api.Audience)));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.CallAsync(await postern.TokenForAsync("https://other.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.CallAsync("no.such.token"));
    }
}

/// <summary>An API with one resource, and whoever calls it.</summary>
internal sealed class Api : IAsyncDisposable
{
    public const string Audience = "https://api.example.com";

    private readonly SampleApp app;
    private readonly HttpClient http;

    private Api(SampleApp app, string address) => (this.app, http) = (app, new HttpClient { BaseAddress = new Uri(address) });

    /// <param name="configure">Adds authentication.</param>
    /// <param name="scheme">The scheme that the resource names; null: the default.</param>
    public static async Task<Api> StartAsync(Action<WebApplicationBuilder> configure, string? scheme = null)
    {
        var address = SampleApp.FreeAddress();
        var app = await SampleApp.StartAsync(address, configure, app =>
        {
            var resource = app.MapGet("/", () => "here you are");
            if (scheme is null)
                resource.RequireAuthorization();
            else
                resource.RequireAuthorization(policy => policy.AddAuthenticationSchemes(scheme).RequireAuthenticatedUser());
        });
        return new Api(app, address);
    }

    public async Task<HttpStatusCode> CallAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return app.DisposeAsync();
    }
}
