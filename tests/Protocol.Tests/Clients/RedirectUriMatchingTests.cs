using FsCheck.Fluent;

namespace Postern.Tests;

public class RedirectUriMatchingTests
{
    [Theory, Rfc(9700, "2.1")]
    [InlineData("https://client.example/cb/")]
    [InlineData("https://client.example/cb?")]
    [InlineData("https://client.example/cb?a=b")]
    [InlineData("https://client.example/cb#a")]
    [InlineData("https://client.example/CB")]
    [InlineData("https://Client.example/cb")]
    [InlineData("HTTPS://client.example/cb")]
    [InlineData("https://client.example:443/cb")]
    [InlineData("https://client.example:8443/cb")]
    [InlineData("https://client.example/%63b")]
    [InlineData("https://client.example//cb")]
    [InlineData("https://client.example/x/../cb")]
    [InlineData("https://client.example/..;/cb")]
    [InlineData("https://client.example/cb/../../evil")]
    [InlineData("https://client.example/cb%2f..%2fevil")]
    [InlineData("https://client.example@evil.example/cb")]
    [InlineData("https://evil.example@client.example/cb")]
    [InlineData("https://client.example.evil.example/cb")]
    [InlineData("https://client.example/cb.evil.example")]
    [InlineData("https://client.example/cb%00")]
    [InlineData("https://client.example/cb\0")]
    [InlineData("https://client.example/cb ")]
    [InlineData(" https://client.example/cb")]
    [InlineData("http://client.example/cb")]
    [InlineData("")]
    public void Another_spelling_is_another_address(string requested) => Assert.False(Some.Redirect("https://client.example/cb").Matches(requested));

    [Fact, Rfc(6749, "3.1.2.3"), Rfc(9700, "2.1")]
    public void Away_from_loopback_only_the_same_text_matches()
    {
        string[] samples = ["https://client.example/cb", "https://127.0.0.1/cb", "https://localhost/cb", "com.example.app:/cb"];
        Any.Always(
            Gen.Elements(samples).Zip(Any.Mangled(samples)),
            both => Some.Redirect(both.Item1).Matches(both.Item2) == (both.Item1 == both.Item2),
            times: 3000
        );
    }

    [Theory, Rfc(8252, "7.3")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1:8080/cb", "http://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:65535/cb")]
    [InlineData("http://[::1]/cb", "http://[::1]:49152/cb")]
    [InlineData("http://[::1]:8080/cb?a=b", "http://[::1]:49152/cb?a=b")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:49152")]
    [InlineData("http://localhost", "http://localhost:49152")]
    [InlineData("http://localhost:3000/cb", "http://localhost:49152/cb")]
    [InlineData("http://localhost:3000/cb", "http://localhost/cb")]
    public void A_loopback_address_matches_with_any_port(string registered, string requested) =>
        Assert.True(Some.Redirect(registered).Matches(requested));

    [Theory, Rfc(8252, "7.3"), Rfc(8252, "8.3")]
    [InlineData("http://127.0.0.1/cb", "http://localhost:49152/cb")]
    [InlineData("http://127.0.0.1/cb", "http://[::1]:49152/cb")]
    [InlineData("http://[::1]/cb", "http://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1/cb", "https://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80.evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1@evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:a@evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80:80@evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1\\@evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80\\@evil.example/cb")]
    [InlineData("http://127.0.0.1/cb", "http://user@127.0.0.1:80/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:0/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:080/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:0000000000000000000000000000000000000080/cb")]
    [InlineData("http://[::1]/cb", "http://[::1]:0080/cb")]
    [InlineData("http://localhost/cb", "http://localhost:0080/cb")]
    [InlineData("http://localhost/cb", "http://127.0.0.1:80/cb")]
    [InlineData("http://localhost/cb", "http://[::1]:80/cb")]
    [InlineData("http://localhost/cb", "https://localhost:8080/cb")]
    [InlineData("http://localhost/cb", "http://LOCALHOST:80/cb")]
    [InlineData("http://localhost/cb", "http://localhost.:80/cb")]
    [InlineData("http://localhost/cb", "http://localhost.evil.example/cb")]
    [InlineData("http://localhost/cb", "http://localhost.evil.example:80/cb")]
    [InlineData("http://localhost/cb", "http://localhostevil:80/cb")]
    [InlineData("http://localhost/cb", "http://localhost@evil.example/cb")]
    [InlineData("http://localhost/cb", "http://localhost:80@evil.example/cb")]
    [InlineData("http://localhost/cb", "http://localhost:80/cb/")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:-1/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:+80/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1: 80/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:٨٠/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80/cb/")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80/CB")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80/cb?a=b")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80/cb#a")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80/x/../cb")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:80#a")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:80/")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.2:80/cb")]
    [InlineData("http://127.0.0.1/cb", "http://127.1:80/cb")]
    public void Nothing_but_the_port_may_differ(string registered, string requested) => Assert.False(Some.Redirect(registered).Matches(requested));

    [Theory, Rfc(8252, "8.3")]
    [InlineData("https://localhost/cb")]
    [InlineData("https://127.0.0.1/cb")]
    [InlineData("com.example.app://localhost/cb")]
    public void The_port_of_another_scheme_is_not_free(string registered)
    {
        Assert.True(Some.Redirect(registered).Matches(registered));
        Assert.False(Some.Redirect(registered).Matches(registered.Replace("/cb", ":8080/cb", StringComparison.Ordinal)));
    }

    [Theory, Rfc(8252, "7.1")]
    [InlineData("com.someapp.app://oauthcallback")]
    [InlineData("com.someapp.app://OAUTHCALLBACK")]
    [InlineData("com.someapp.app://oauthCallback/")]
    [InlineData("COM.someapp.app://oauthCallback")]
    public void The_case_of_a_private_address_counts(string requested)
    {
        Assert.True(Some.Redirect("com.someapp.app://oauthCallback").Matches("com.someapp.app://oauthCallback"));
        Assert.False(Some.Redirect("com.someapp.app://oauthCallback").Matches(requested));
    }

    [Fact, Rfc(8252, "7.3")]
    public void Whatever_matches_a_loopback_address_goes_to_that_address() =>
        Any.Always(
            Any.Mangled("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"),
            requested =>
                !Some.Redirect("http://127.0.0.1/cb").Matches(requested)
                || new Uri(requested) is { Host: "127.0.0.1", AbsolutePath: "/cb", UserInfo: "" },
            times: 3000
        );
}
