using Postern.Protocol;

namespace Postern.Tests;

[Spec("OIDC Core", "3.1.2.1")]
public class PromptsTests
{
    [Theory]
    [InlineData(null, Prompt.Unspecified)]
    [InlineData("none", Prompt.None)]
    [InlineData("login", Prompt.Login)]
    [InlineData("consent", Prompt.Consent)]
    [InlineData("select_account", Prompt.SelectAccount)]
    [InlineData("login consent", Prompt.Login | Prompt.Consent)]
    [InlineData("consent login", Prompt.Login | Prompt.Consent)]
    [InlineData("login  consent select_account", Prompt.Login | Prompt.Consent | Prompt.SelectAccount)]
    [InlineData("login login", Prompt.Login)]
    public void Known_values_are_read_in_any_order(string? text, Prompt prompt) => Assert.Equal(prompt, Prompts.TryParse(text));

    [Theory]
    [InlineData("none login")]
    [InlineData("consent none")]
    public void None_together_with_another_is_refused(string text) => Assert.Null(Prompts.TryParse(text));

    [Theory]
    [InlineData("create")]
    [InlineData("Login")]
    [InlineData("login,consent")]
    [InlineData("login\tconsent")]
    [InlineData("8")]
    public void Unknown_values_are_refused(string text) => Assert.Null(Prompts.TryParse(text));

    [Fact]
    public void What_is_announced_is_what_is_read() =>
        Assert.Equal(
            Enum.GetValues<Prompt>().Where(prompt => prompt != Prompt.Unspecified).Order(),
            Prompts.All.Select(name => Assert.NotNull(Prompts.TryParse(name))).Order()
        );

    [Fact, Spec("OAuth Multiple Response Types", "2.1"), Spec("OAuth Form Post", "2")]
    public void Every_response_mode_that_is_announced_is_read()
    {
        Assert.Equal(Enum.GetValues<ResponseMode>(), ResponseModes.All.Select(name => Assert.NotNull(ResponseModes.TryParse(name))));
        Assert.Equal(ResponseMode.Query, ResponseModes.TryParse(null));
        Assert.All(["Fragment", "web_message", "Query", "query "], name => Assert.Null(ResponseModes.TryParse(name)));
    }
}
