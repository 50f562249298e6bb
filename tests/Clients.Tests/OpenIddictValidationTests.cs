using System.Net;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Validation;
using OpenIddict.Validation.AspNetCore;

namespace Postern.Tests;

/// <summary>An API that asks Postern about each token, and one that verifies tokens by itself.</summary>
public class OpenIddictValidationTests(PosternServer postern)
{
    private const string Samples = "https://github.com/openiddict/openiddict-samples";
    private const string Docs = "https://documentation.openiddict.com/guides/getting-started/implementing-token-validation-in-your-apis";

    [Fact, Example(typeof(OpenIddictValidationService), "Zirku.Api1: introspection", Samples)]
    public async Task An_API_introspects_tokens_for_its_audience()
    {
        var server = await postern.AddClientAsync("--resource-server", Api.Audience);
        await VerifyAsync(options =>
        {
            options.SetIssuer(postern.Issuer);
            options.AddAudiences(Api.Audience);

            options.UseIntrospection()
                .SetClientId(server.Id)
                .SetClientSecret(server.Secret);
        });
    }

    [Fact, Example(typeof(OpenIddictValidationOptions), "Implementing token validation in your APIs", Docs)]
    public Task An_API_verifies_tokens_for_its_audience_by_itself() =>
        VerifyAsync(options =>
        {
            options.SetIssuer(postern.Issuer);
            options.AddAudiences(Api.Audience);

            options.AddEncryptionKey(new SymmetricSecurityKey(Convert.FromBase64String("DRjd/GnduI3Efzen9V9BvbNUfc/VKgXltV7Kbk9sMkY=")));
        });

    private async Task VerifyAsync(Action<OpenIddictValidationBuilder> configure)
    {
        await using var api = await Api.StartAsync(builder =>
        {
            builder.Services.AddOpenIddict()
                .AddValidation(options =>
                {
                    configure(options);
                    options.UseSystemNetHttp();
                    options.UseAspNetCore();
                });
            builder.Services.AddAuthentication(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        });
        Assert.Equal(HttpStatusCode.OK, await api.CallAsync(await postern.TokenForAsync(Api.Audience)));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.CallAsync(await postern.TokenForAsync("https://other.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.CallAsync("no.such.token"));
    }
}
