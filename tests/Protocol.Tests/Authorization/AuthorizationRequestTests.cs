using Postern.Protocol;

namespace Postern.Tests;

public class AuthorizationRequestTests
{
    [Fact, Rfc(6749, "4.1.1"), Spec("OIDC Core", "3.1.2.1")]
    public void A_good_request_is_read()
    {
        var request = Some.Request(Some.Client(), ("nonce", "n"), ("max_age", "60"), ("login_hint", "alice@example.com"), ("prompt", "login"));
        Assert.Equal("web", request.Client.ClientId);
        Assert.Equal(Some.Callback, request.Redirect.Uri);
        Assert.Equal(Some.Challenge, request.CodeChallenge);
        Assert.Equal("n", request.Nonce);
        Assert.Equal(Prompt.Login, request.Prompt);
        Assert.Equal(TimeSpan.FromSeconds(60), request.MaxAge);
        Assert.Equal("alice@example.com", request.LoginHint);
        Assert.True(request.RedirectUriWasSent);
    }

    [Fact, Rfc(6749, "4.1.3")]
    public void It_is_remembered_that_the_redirect_URI_was_left_out() =>
        Assert.False(Some.Request(Some.Client(), ("redirect_uri", ""), ("scope", "orders")).RedirectUriWasSent);

    // Each row mends the one fault and keeps those after it, so the order is proved along with the refusals.
    public static TheoryData<string, (string, string)[]> FaultsInOrder
    {
        get
        {
            (string Name, string Bad, string Good, string Error)[] faults =
            [
                ("request", "eyJhbGciOiJub25lIn0..", "", "request_not_supported"),
                ("request_uri", "https://client.example/request", "", "request_uri_not_supported"),
                ("response_mode", "web_message", "", "invalid_request"),
                ("response_type", "token", "code", "unsupported_response_type"),
                ("code_challenge_method", "plain", "S256", "invalid_request"),
                ("nonce", new string('n', AuthorizationRequest.MaxOpaqueLength + 1), "", "invalid_request"),
                ("scope", "unknown", "openid", "invalid_scope"),
                ("prompt", "none login", "", "invalid_request"),
                ("max_age", "-1", "", "invalid_request"),
                ("claims", "[]", "", "invalid_request"),
            ];
            var rows = new TheoryData<string, (string, string)[]>();
            for (var i = 0; i < faults.Length; i++)
                rows.Add(faults[i].Error, [.. faults.Select((fault, at) => (fault.Name, at < i ? fault.Good : fault.Bad))]);
            return rows;
        }
    }

    [Theory, MemberData(nameof(FaultsInOrder)), Rfc(6749, "4.1.2.1"), Spec("OIDC Core", "3.1.2.6")]
    public void The_first_fault_in_order_is_the_one_that_is_told(string error, (string, string)[] parameters) =>
        Assert.Equal(error, Some.Parse(Some.Client(), parameters).Refusal().Code);

    [Theory]
    [InlineData("response_mode", "web_message", "The response_mode must be one of query, fragment, form_post.")]
    [InlineData("response_type", "", "response_type is missing.")]
    [InlineData("code_challenge_method", "plain", "code_challenge_method must be S256.")]
    [InlineData("prompt", "none login", "The prompt is unknown, or none together with another.")]
    [InlineData("max_age", "-1", "max_age must be a number of seconds.")]
    [InlineData("max_age", "1.5", "max_age must be a number of seconds.")]
    [InlineData("max_age", "+1", "max_age must be a number of seconds.")]
    [InlineData("max_age", " 1", "max_age must be a number of seconds.")]
    [InlineData("max_age", "99999999999", "max_age must be a number of seconds.")]
    [InlineData("claims", "[]", "The claims parameter is malformed (OpenID Connect Core 5.5).")]
    public void A_refusal_says_which_parameter_is_wrong(string name, string value, string description) =>
        Assert.Equal(description, Some.Parse(Some.Client(), (name, value)).Refusal().Description);

    [Theory, Rfc(6749, "3.1.1")]
    [InlineData("token")]
    [InlineData("id_token")]
    [InlineData("code id_token")]
    [InlineData("none")]
    [InlineData("CODE")]
    [InlineData("code code")]
    public void No_response_type_but_code_is_supported(string type) =>
        Assert.Equal("unsupported_response_type", Some.Parse(Some.Client(), ("response_type", type)).Refusal().Code);

    [Theory, Rfc(9700, "2.1.2")]
    [InlineData("token", "use response_type=code with PKCE (RFC 7636)")]
    [InlineData("code token", "use response_type=code with PKCE (RFC 7636)")]
    [InlineData("id_token", "and the scope openid")]
    [InlineData("token id_token", "and the scope openid")]
    [InlineData("code id_token token", "and the scope openid")]
    public void Who_asks_for_a_token_from_here_is_told_what_to_use_instead(string type, string instead)
    {
        var refusal = Some.Parse(Some.Client(), ("response_type", type)).Refusal();
        Assert.Equal("unsupported_response_type", refusal.Code);
        Assert.Contains(instead, refusal.Description, StringComparison.Ordinal);
        Assert.Contains(instead, refusal.Reason, StringComparison.Ordinal);
        Assert.Matches("^[ -!#-\\[\\]-~]+$", refusal.Description);
    }

    [Fact, Rfc(6749, "3.1")]
    public void A_repeated_parameter_is_refused_even_one_that_is_not_known()
    {
        var parameters = RequestParameters.Parse(Some.AuthorizationParameters().Encode() + "&x=1&x=2").Value();
        var parsed = AuthorizationRequest.Parse(parameters, Some.Client(), Some.Verified(Some.Client(), parameters), []);
        Assert.Equal("invalid_request", parsed.Refusal().Code);
    }

    [Fact, Rfc(6749, "4.1.2.1")]
    public void A_client_that_may_not_use_codes_is_refused() =>
        Assert.Equal("unauthorized_client", Some.Parse(Some.Client() with { GrantTypes = [GrantTypes.ClientCredentials] }).Refusal().Code);

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData("state")]
    [InlineData("nonce")]
    public void An_opaque_value_has_a_longest_length(string name)
    {
        Assert.True(Some.Parse(Some.Client(), (name, new string('x', AuthorizationRequest.MaxOpaqueLength))).Succeeds());
        Assert.False(Some.Parse(Some.Client(), (name, new string('x', AuthorizationRequest.MaxOpaqueLength + 1))).Succeeds());
    }

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData(':', AuthorizationRequest.MaxKeptLength / 3)]
    [InlineData('x', AuthorizationRequest.MaxKeptLength)]
    public void A_request_that_is_too_long_to_be_kept_once_it_is_encoded_again_is_refused(char one, int times)
    {
        var parameters = RequestParameters.Parse(Some.AuthorizationParameters().Encode() + "&x=" + new string(one, times)).Value();
        var refusal = AuthorizationRequest.Parse(parameters, Some.Client(), Some.Verified(Some.Client(), parameters), []).Refusal();
        Assert.Equal("The request is too long.", refusal.Description);
    }

    [Theory, Rfc(6749, "3.3")]
    [InlineData("openid orders", "openid orders")]
    [InlineData("openid admin", "openid")] // not this client's (OpenID Connect Core §3.1.2.1)
    [InlineData("openid openid", "openid")]
    [InlineData("openid offline_access", "offline_access openid")]
    [InlineData("", "orders")] // the default has nothing of OpenID Connect, which must be asked for
    public void What_may_be_given_is_given(string asked, string given) =>
        Assert.Equal(Some.Scope(given), Some.Request(Some.Client(), ("scope", asked)).Scope);

    [Theory, Rfc(6749, "3.3")]
    [InlineData("openid profile email offline_access", "email profile")] // as clients are registered by default
    [InlineData("openid offline_access", null)]
    public void Who_has_nothing_but_people_and_asks_for_nothing_may_know_of_them(string registered, string? given)
    {
        var client = Some.Client() with { Scope = Some.Scope(registered) };
        if (given is null)
            Assert.Equal("invalid_scope", Some.Parse(client, ("scope", "")).Refusal().Code);
        else
            Assert.Equal(Some.Scope(given), Some.Request(client, ("scope", "")).Scope);
    }

    [Theory, Rfc(6749, "4.1.2.1")]
    [InlineData("admin")]
    [InlineData("open\"id")]
    [InlineData("Openid")]
    [InlineData("openid\\")]
    public void A_scope_with_nothing_in_it_is_refused(string asked) =>
        Assert.Equal("invalid_scope", Some.Parse(Some.Client(), ("scope", asked)).Refusal().Code);

    [Fact, Spec("OIDC Core", "11")]
    public void Offline_access_is_left_out_for_a_client_without_refresh_tokens()
    {
        var client = Some.Client() with { GrantTypes = [GrantTypes.AuthorizationCode] };
        Assert.Equal(Some.Scope("openid"), Some.Request(client, ("scope", "openid offline_access")).Scope);
        Assert.Equal("invalid_scope", Some.Parse(client, ("scope", "offline_access")).Refusal().Code);
    }

    [Fact, Spec("OIDC Core", "5.5.1.1")]
    public void An_essential_acr_cannot_be_had() =>
        Assert.Equal(
            "unmet_authentication_requirements",
            Some.Parse(Some.Client(), ("claims", """{"id_token":{"acr":{"essential":true,"value":"gold"}}}""")).Refusal().Code
        );

    [Fact, Spec("OIDC Core", "5.5")]
    public void Claims_by_name_are_cut_to_the_clients_scope_and_consented_to()
    {
        var request = Some.Request(Some.Client(), ("claims", """{"userinfo":{"email":null,"phone_number":null}}"""));
        Assert.Equal(["email"], request.Claims.UserInfo);
        Assert.DoesNotContain("phone_number", request.ClaimsParameter, StringComparison.Ordinal);
        Assert.Equal(Some.Scope("openid"), request.Scope);
        Assert.Equal(Some.Scope("openid email offline_access"), request.Disclosure);
    }

    [Fact, Spec("OIDC Core", "11")]
    public void What_lasts_is_consented_to_whether_or_not_it_is_asked_for_by_its_name()
    {
        var brief = Some.Client() with { GrantTypes = [GrantTypes.AuthorizationCode] };
        Assert.Equal(Some.Scope("openid offline_access"), Some.Request(Some.Client()).Disclosure);
        Assert.Equal(Some.Scope("openid"), Some.Request(brief).Disclosure);
    }

    [Fact]
    public void Its_text_has_no_token()
    {
        var request = Some.Request(Some.Client(), ("id_token_hint", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
        Assert.DoesNotContain("eyJ", request.ToString(), StringComparison.Ordinal);
    }
}
