using Postern.Protocol;

namespace Postern.Tests;

public class FetchedUriTests
{
    [Theory]
    [InlineData("https://app.example/jwks")]
    [InlineData("https://app.example:8443/jwks?tenant=1")]
    [InlineData("https://1.1.1.1/jwks")]
    [InlineData("https://[2606:4700:4700::1111]/jwks")]
    [InlineData("http://localhost:5000/jwks")]
    [InlineData("http://127.0.0.1:5000/jwks")]
    [InlineData("https://[::1]/jwks")]
    public void A_URL_of_a_public_host_or_of_this_machine_looks_fetchable(string text) => Assert.Null(FetchedUri.ProblemWith(text));

    [Theory]
    [InlineData("")]
    [InlineData("jwks")]
    [InlineData("/jwks")]
    [InlineData("http://app.example/jwks")]
    [InlineData("ftp://app.example/jwks")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:application/json,{}")]
    [InlineData("https://user@app.example/jwks")]
    [InlineData("https://user:password@app.example/jwks")]
    [InlineData("http://user@localhost/jwks")]
    [InlineData("https://app.example/jwks#keys")]
    [InlineData("https://10.0.0.1/jwks")]
    [InlineData("https://0x0a000001/jwks")]
    [InlineData("https://167772161/jwks")]
    [InlineData("https://169.254.169.254/metadata/identity/oauth2/token")]
    [InlineData("https://[fd00::1]/jwks")]
    [InlineData("https://[::ffff:10.0.0.1]/jwks")]
    [InlineData("https://[64:ff9b::a00:1]/jwks")]
    [InlineData("http://[::ffff:169.254.169.254]/jwks")]
    public void Anything_else_is_told_what_it_should_be(string text)
    {
        Assert.NotNull(FetchedUri.ProblemWith(text));
        Assert.False(Uri.TryCreate(text, UriKind.Absolute, out var uri) && FetchedUri.LooksFetchable(uri));
    }

    [Fact]
    public void Too_long_a_URL_is_refused() => Assert.NotNull(FetchedUri.ProblemWith("https://app.example/" + new string('a', 1000)));
}
