using Postern.Protocol;

namespace Postern.Tests;

public class AdviceTests
{
    [Fact, Rfc(6749, "3.1.2.3")]
    public void A_redirect_URI_is_shown_and_the_command_keeps_those_there_are()
    {
        var client = Some.Client() with { RedirectUris = [Some.Redirect(), Some.Redirect("https://client.example/b?x=1&y='")] };
        var advice = Advice.RedirectUri(client, "https://client.example/CB?code=x");
        Assert.Contains("'https://client.example/CB?...' is not registered for client web", advice, StringComparison.Ordinal);
        const string command = "postern client set web --redirect-uri https://client.example/cb --redirect-uri 'https://client.example/b?x=1&y='\\''' ";
        Assert.Contains(command, advice, StringComparison.Ordinal);
    }

    [Fact, Rfc(6819, "4.4.1.11")]
    public void Of_many_or_long_redirect_URIs_none_is_listed()
    {
        var many = Some.Client() with { RedirectUris = [.. Enumerable.Range(0, 50).Select(i => Some.Redirect($"{Some.Callback}{i}"))] };
        var one = Some.Client(Some.Callback.PadRight(2000, 'x'));
        Assert.All([many, one], client => Assert.InRange(Advice.RedirectUri(client, new string('y', 30_000)).Length, 100, 1000));
        Assert.InRange(Advice.MissingRedirectUri(many).Length, 100, 1500);
    }

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public void What_came_is_in_no_command() =>
        Any.Always(
            Any.Text,
            came =>
            {
                var hostile = $"{came}';INJECTED;$(INJECTED)";
                var scope = Scope.TryParse("INJECTED;`INJECTED`")!;
                var advices = new[] { Advice.RedirectUri(Some.Client(), hostile), Advice.Scope(Some.Client(), scope), Advice.UnknownClient(hostile) };
                return advices.All(advice => advice.LastIndexOf("INJECTED", StringComparison.Ordinal) < advice.IndexOf("postern client", StringComparison.Ordinal));
            }
        );

    [Theory, Rfc(6749, "2.3")]
    [InlineData("client_secret_post", "--auth-method client_secret_basic --auth-method client_secret_post")]
    [InlineData("none", "send its secret")]
    public void A_wrong_method_is_mended(string used, string advice)
    {
        var client = Some.Client() with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretBasic] };
        Assert.Contains($"client web is registered for client_secret_basic and used {used}", Advice.Method(client, used), StringComparison.Ordinal);
        Assert.Contains(advice, Advice.Method(client, used), StringComparison.Ordinal);
    }

    [Fact, Rfc(7636, "4.4.1")]
    public void Only_a_client_with_a_secret_is_told_how_to_go_without_PKCE()
    {
        Assert.Contains("postern client set web --no-pkce", Advice.Challenge(Some.Client()), StringComparison.Ordinal);
        Assert.DoesNotContain("postern", Advice.Challenge(Some.PublicClient()), StringComparison.Ordinal);
    }
}
