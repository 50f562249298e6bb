using Postern.Protocol;

namespace Postern.Tests;

public class VerifiedRedirectTests
{
    private const string Loopback = "http://127.0.0.1/cb";
    private const string NativeApp = "com.example.app:/cb";

    [Theory, Rfc(6749, "4.1.2.1"), Rfc(9700, "4.11.2")]
    [InlineData("https://evil.example/cb")]
    [InlineData("https://client.example/cb/")]
    [InlineData("https://client.example/cb?")]
    [InlineData("https://client.example/cb#")]
    [InlineData("https://client.example/cb?next=https://evil.example")]
    [InlineData("https://client.example:443/cb")]
    [InlineData("https://client.example@evil.example/cb")]
    [InlineData("https://client.example/cb\\@evil.example")]
    [InlineData("https://client.example/../cb")]
    [InlineData("//client.example/cb")]
    [InlineData("/cb")]
    [InlineData("javascript:alert(1)")]
    public void Nobody_is_sent_to_an_address_that_is_not_registered(string requested)
    {
        var parameters = Some.AuthorizationParameters(("redirect_uri", requested));
        Assert.False(VerifiedRedirect.TryVerify(Some.Client(), parameters, Some.Issuer, out var redirect, out var refusal));
        Assert.Null(redirect);
        Assert.Equal(400, refusal.Status);
        Assert.DoesNotContain("evil", refusal.Message, StringComparison.Ordinal);
    }

    [Fact, Rfc(9700, "4.11")]
    public void Whatever_is_asked_for_the_answer_goes_to_a_registered_address_or_nowhere() =>
        Any.Always(
            Any.Mangled(Some.Callback, Loopback, NativeApp, "http://127.0.0.1:8080/cb"),
            requested =>
            {
                var client = Some.Client() with { RedirectUris = [Some.Redirect(), Some.Redirect(Loopback), Some.Redirect(NativeApp)] };
                var sent = RequestParameters.Parse("redirect_uri=" + FormUrlEncoded.Encode(requested));
                if (!sent.Succeeds(out var parameters, out _)
                    || !VerifiedRedirect.TryVerify(client, parameters, Some.Issuer, out var redirect, out _))
                    return true;
                var at = new Uri(redirect.Deliver("c").Location);
                return at.Host is "client.example" or "127.0.0.1" || at.Scheme == "com.example.app";
            },
            times: 2000
        );

    [Fact, Rfc(6749, "3.1")]
    public void A_repeated_redirect_URI_is_refused_though_both_are_registered()
    {
        var parameters = RequestParameters.Parse($"redirect_uri={Some.Callback}&redirect_uri={Some.Callback}").Value();
        Assert.False(VerifiedRedirect.TryVerify(Some.Client(), parameters, Some.Issuer, out _, out _));
    }

    [Theory, Rfc(6749, "3.1.2.3"), Spec("OIDC Core", "3.1.2.1")]
    [InlineData(1, "orders", true)]
    [InlineData(1, "", true)]
    [InlineData(1, "openid", false)]
    [InlineData(2, "orders", false)]
    [InlineData(0, "orders", false)]
    public void It_may_be_left_out_where_just_one_is_registered_and_not_in_OpenID_Connect(int registered, string scope, bool accepted)
    {
        var client = Some.Client() with { RedirectUris = [.. new[] { Some.Callback, Loopback }.Take(registered).Select(Some.Redirect)] };
        var parameters = Some.AuthorizationParameters(("redirect_uri", ""), ("scope", scope));
        Assert.Equal(accepted, VerifiedRedirect.TryVerify(client, parameters, Some.Issuer, out var redirect, out _));
        Assert.Equal(accepted ? Some.Callback : null, redirect?.Uri);
    }

    [Fact, Rfc(6749, "4.1.2"), Rfc(9207, "2")]
    public void A_code_comes_with_state_and_issuer()
    {
        var response = Redirect().Deliver("SplxlOBeZQQYbYS6WxSbIA");
        Assert.Equal([("code", "SplxlOBeZQQYbYS6WxSbIA"), ("state", "af0ifjsldkj"), ("iss", Some.Issuer)], response.Parameters);
        Assert.Equal($"{Some.Callback}?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj&iss=https%3A%2F%2Fissuer.example", response.Location);
    }

    [Fact, Rfc(6749, "4.1.2.1"), Rfc(9207, "2")]
    public void An_error_comes_with_state_and_issuer_and_without_the_reason()
    {
        var response = Redirect().Deliver(OAuthError.LoginRequired("no session"));
        Assert.Equal(
            [("error", "login_required"), ("error_description", "The end-user has to sign in."), ("state", "af0ifjsldkj"), ("iss", Some.Issuer)],
            response.Parameters
        );
    }

    [Fact, Rfc(6749, "4.1.2")]
    public void Without_a_state_none_is_sent() =>
        Assert.DoesNotContain(Redirect(Some.Callback, ("state", "")).Deliver("c").Parameters, parameter => parameter.Name == "state");

    [Fact, Rfc(6749, "4.1.2")]
    public void The_state_comes_back_as_it_was_whatever_it_is() =>
        Any.Always(
            Any.PrintableText,
            state =>
            {
                var answer = new Uri(Redirect(Some.Callback, ("state", state)).Deliver("c").Location).Query[1..];
                return (RequestParameters.Parse(answer).Value()["state"] ?? "") == state;
            }
        );

    [Theory, Rfc(6749, "3.1.2")]
    [InlineData("https://client.example/cb?tenant=7", "https://client.example/cb?tenant=7&code=c&")]
    [InlineData("https://client.example/cb?a=1&b=%20", "https://client.example/cb?a=1&b=%20&code=c&")]
    [InlineData("https://client.example/cb", "https://client.example/cb?code=c&")]
    [InlineData("https://client.example", "https://client.example?code=c&")]
    [InlineData(NativeApp, NativeApp + "?code=c&")]
    public void A_registered_query_is_kept(string uri, string start) =>
        Assert.StartsWith(start, Redirect(uri, ("redirect_uri", uri)).Deliver("c").Location, StringComparison.Ordinal);

    [Theory, Spec("OAuth Multiple Response Types", "2.1"), Rfc(9207, "2")]
    [InlineData("https://client.example/cb", "https://client.example/cb#")]
    [InlineData("https://client.example/cb?tenant=7", "https://client.example/cb?tenant=7#")]
    [InlineData(NativeApp, NativeApp + "#")]
    public void A_fragment_carries_code_and_errors_with_state_and_issuer(string uri, string start)
    {
        var redirect = Redirect(uri, ("redirect_uri", uri), ("response_mode", "fragment"), ("state", "a&code=b#c=d"));
        const string end = "state=a%26code%3Db%23c%3Dd&iss=https%3A%2F%2Fissuer.example";
        Assert.Equal($"{start}code=c&{end}", redirect.Deliver("c").Location);
        var error = redirect.Deliver(OAuthError.ConsentRequired()).Location;
        Assert.Equal($"{start}error=consent_required&error_description=The%20end-user%20has%20to%20consent.&{end}", error);
    }

    [Theory, Spec("OAuth Form Post", "2")]
    [InlineData("form_post", ResponseMode.FormPost)]
    [InlineData("query", ResponseMode.Query)]
    [InlineData("", ResponseMode.Query)]
    [InlineData("fragment", ResponseMode.Fragment)]
    [InlineData("Fragment", ResponseMode.Query)] // refused later, and the error needs a way to travel
    [InlineData("query.jwt", ResponseMode.Query)] // refused later, and the error needs a way to travel
    public void The_response_travels_as_asked(string mode, ResponseMode expected) =>
        Assert.Equal(expected, Redirect(Some.Callback, ("response_mode", mode)).Deliver("c").Mode);

    [Theory, Rfc(8252, "8.6")]
    [InlineData("https://client.example/cb", "client.example")]
    [InlineData("https://client.example:8443/cb", "client.example:8443")]
    [InlineData("http://127.0.0.1/cb", "127.0.0.1")]
    [InlineData("http://[::1]:8080/cb", "[::1]:8080")]
    [InlineData("http://localhost:3000/", "localhost:3000")]
    [InlineData("com.example.app:/cb", "com.example.app:")]
    [InlineData("com.evil.app://bank.example/cb", "com.evil.app:")] // its own word for who it is
    [InlineData("https://xn--pple-43d.example/", "xn--pple-43d.example")] // never the letters that look like another's
    public void People_are_shown_where_they_would_go(string uri, string shown) =>
        Assert.Equal(shown, Redirect(uri, ("redirect_uri", uri)).DisplayHost);

    [Theory, Spec("CSP 3", "2.3.1")]
    [InlineData("https://client.example/cb?x=1", "https:")]
    [InlineData("https://client.example:8443/cb", "https:")]
    [InlineData("http://127.0.0.1:8080/cb", "http:")]
    [InlineData("http://localhost/cb", "http:")]
    [InlineData("http://[::1]:8080/cb", "http:")]
    [InlineData("https://[2001:db8::1]:8443/cb", "https:")]
    [InlineData("com.example.app:/cb", "com.example.app:")]
    [InlineData("com.example.app://host/cb", "com.example.app:")]
    public void A_form_may_go_on_under_its_scheme(string uri, string source) =>
        Assert.Equal(source, Redirect(uri, ("redirect_uri", uri)).FormActionSource);

    [Fact]
    public void The_text_of_a_response_has_no_code() =>
        Assert.DoesNotContain("Splx", Redirect().Deliver("SplxlOBeZQQYbYS6WxSbIA").ToString(), StringComparison.Ordinal);

    private static VerifiedRedirect Redirect(string uri = Some.Callback, params (string, string)[] changes) =>
        Some.Verified(Some.Client(uri), Some.AuthorizationParameters(changes));
}
