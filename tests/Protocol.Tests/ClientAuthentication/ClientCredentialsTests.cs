using System.Text;
using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

public class ClientCredentialsTests
{
    private static readonly Client Basic = Some.Client() with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretBasic] };
    private static readonly Client Post = Basic with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretPost] };

    [Fact, Rfc(6749, "2.3.1")]
    public void The_examples_of_the_RFC_are_read()
    {
        var header = ClientCredentials.Parse("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3", Some.Parameters()).Value();
        Assert.Equal(("s6BhdRkqt3", "client_secret_basic"), (header.ClientId, header.Method));
        Assert.Null(header.Refuses(Basic with { Secrets = [Some.ClientSecret("7Fjfp0ZBr1KtDRbnfVdmIw")] }, Some.Now));

        var form = RequestParameters.Parse("client_id=s6BhdRkqt3&client_secret=7Fjfp0ZBr1KtDRbnfVdmIw").Value();
        var body = ClientCredentials.Parse(null, form).Value();
        Assert.Equal(("s6BhdRkqt3", "client_secret_post"), (body.ClientId, body.Method));
        Assert.Null(body.Refuses(Post with { Secrets = [Some.ClientSecret("7Fjfp0ZBr1KtDRbnfVdmIw")] }, Some.Now));
    }

    [Theory, Rfc(6749, "2.3.1"), Rfc(6749, "A.2")]
    [InlineData("plain")]
    [InlineData("a+b")]
    [InlineData("a%20b")]
    [InlineData("100%")]
    [InlineData("a:b:c")]
    [InlineData("a b")]
    [InlineData("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData("ÀéÿĀ€")]
    public void A_secret_may_be_form_encoded_or_raw(string secret)
    {
        var client = Basic with { Secrets = [Some.ClientSecret(secret)] };
        Assert.Null(Parse($"web:{FormUrlEncoded.Encode(secret)}").Value().Refuses(client, Some.Now));
        Assert.Null(Parse($"web:{secret}").Value().Refuses(client, Some.Now));
    }

    [Fact, Rfc(6749, "A.2")]
    public void Any_secret_that_can_be_typed_works_either_way() =>
        Any.Always(
            Gen.Choose(0x20, 0x7E).Select(c => (char)c).ArrayOf().Select(chars => new string(chars)),
            secret =>
            {
                var client = Basic with { Secrets = [Some.ClientSecret(secret)] };
                return Parse($"web:{FormUrlEncoded.Encode(secret)}").Value().Refuses(client, Some.Now) is null
                    && Parse($"web:{secret}").Value().Refuses(client, Some.Now) is null;
            }
        );

    [Fact]
    public void The_longest_secret_fits_however_it_is_encoded()
    {
        var secret = new string('%', ClientCredentials.MaxSecretLength);
        var client = Basic with { Secrets = [Some.ClientSecret(secret)] };
        Assert.Null(Parse($"{new string('w', 100)}:{FormUrlEncoded.Encode(secret)}").Value().Refuses(client, Some.Now));
    }

    [Theory, Rfc(9110, "11.6.2")]
    [InlineData("basic")]
    [InlineData("BASIC")]
    [InlineData("Basic ")]
    public void A_scheme_compares_without_case_and_spaces_may_follow_it(string scheme) =>
        Assert.Equal("web", ClientCredentials.Parse($"{scheme} {Encode("web:x")}", Some.Parameters()).Value().ClientId);

    [Theory, Rfc(6749, "5.2"), Rfc(7617, "2")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic\tZTpz")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic d2ViOn")]
    [InlineData("Basic d2Vi")] // web, without a colon
    [InlineData("Basic OnNlY3JldA==")] // no client id
    [InlineData("Basic d2Vi OnM=")]
    [InlineData("Basic d2ViOnM=,Basic d2ViOnM=")]
    [InlineData("Basic d2ViOgA=")] // NUL
    [InlineData("Basic d2ViOg0K")] // line break
    [InlineData("Basic JTAwOnM=")] // %00
    [InlineData("Basic JTpz")] // %
    [InlineData("Bearer eyJ.e30.x")]
    [InlineData("Digest username=web")]
    [InlineData("NotBasic d2ViOnM=")]
    [InlineData("d2ViOnM=")]
    public void A_malformed_header_is_a_failed_authentication(string header)
    {
        var parameters = Some.Parameters(("client_id", "web"), ("client_secret", Some.Secret));
        var refusal = ClientCredentials.Parse(header, parameters).Refusal();
        Assert.Equal(("invalid_client", 401), (refusal.Code, refusal.Status));
    }

    [Theory, Rfc(9110, "11.6.2")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void An_empty_header_is_none(string? header)
    {
        var parameters = Some.Parameters(("client_id", "web"), ("client_secret", Some.Secret));
        Assert.Equal("client_secret_post", ClientCredentials.Parse(header, parameters).Value().Method);
        Assert.Equal("none", ClientCredentials.Parse(header, Some.Parameters(("client_id", "web"))).Value().Method);
    }

    [Fact, Rfc(6819, "4.4.1.11")]
    public void A_header_of_any_length_is_a_failed_authentication_at_most() =>
        Assert.All([5_000, 100_000], length => Assert.Equal("invalid_client", Parse("web:" + new string('x', length)).Refusal().Code));

    [Theory, Rfc(6749, "2.3")]
    [InlineData("web", Some.Secret, "The client used more than one authentication method.")]
    [InlineData("", Some.Secret, "The client used more than one authentication method.")]
    [InlineData("other", "", "client_id is not that of the Authorization header.")]
    [InlineData("web", "", null)]
    public void Two_methods_at_once_are_refused(string clientId, string secret, string? refusal)
    {
        var result = Parse($"web:{Some.Secret}", ("client_id", clientId), ("client_secret", secret));
        Assert.Equal(refusal, result.Succeeds(out _, out var error) ? null : error.Description);
        Assert.True(error is null || error.Code == "invalid_request");
    }

    [Theory, Rfc(6749, "3.2")]
    [InlineData("client_secret=a&client_secret=b")]
    [InlineData("client_id=web&client_id=web")]
    public void A_repeated_credential_does_not_pass_for_none(string body) =>
        Assert.Equal("invalid_request", ClientCredentials.Parse($"Basic {Encode("web:x")}", RequestParameters.Parse(body).Value()).Refusal().Code);

    [Fact, Rfc(6749, "3.2.1")]
    public void Without_a_client_id_nobody_is_authenticated() =>
        Assert.Equal("invalid_client", ClientCredentials.Parse(null, Some.Parameters(("client_secret", "x"))).Refusal().Code);

    [Fact]
    public void The_text_of_credentials_has_no_secret() =>
        Assert.DoesNotContain(Some.Secret, Parse($"web:{Some.Secret}").Value().ToString(), StringComparison.Ordinal);

    private static Result<ClientCredentials> Parse(string credentials, params (string, string)[] body) =>
        ClientCredentials.Parse($"Basic {Encode(credentials)}", Some.Parameters(body));

    private static string Encode(string credentials) => Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
