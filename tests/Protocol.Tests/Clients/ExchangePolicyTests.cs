using Postern.Protocol;

namespace Postern.Tests;

[Rfc(8693, "5")]
public class ExchangePolicyTests
{
    private const string Stock = "https://stock.example";

    private static readonly ExchangePolicy Policy = new() { From = ["web"], To = [Target($"{Stock} orders")], OnBehalfOf = [Target($"{Stock} stock:read")] };

    private static readonly Client Api = Some.Client() with
    {
        ClientId = "api",
        RedirectUris = [],
        ProtectedResource = "https://api.example",
        GrantTypes = [GrantTypes.TokenExchange, GrantTypes.JwtBearer],
        Exchange = Policy,
    };

    [Fact]
    public void A_policy_of_both_kinds_has_no_problem() => Assert.Empty(ClientRegistration.Problems(Api));

    public static TheoryData<string, Client> Problems =>
        new()
        {
            { "--exchange-from, whose tokens", Api with { Exchange = null } },
            { "--exchange-from, whose tokens", Api with { Exchange = Policy with { From = [] } } },
            { "--exchange-from, whose tokens", Api with { Exchange = Policy with { To = [] } } },
            { "of no use without --grant-type", Api with { GrantTypes = [GrantTypes.JwtBearer] } },
            { "--on-behalf-of is for an API", Api with { GrantTypes = [GrantTypes.TokenExchange] } },
            { "--on-behalf-of is for an API", Api with { ProtectedResource = null } },
            { "--exchange-impersonation is of no use", Api with { GrantTypes = [GrantTypes.JwtBearer], Exchange = new() { MayImpersonate = true } } },
            { "each audience once", Api with { Exchange = Policy with { To = [.. Policy.To, Target(Stock)] } } },
            { "each audience once", Api with { Exchange = Policy with { OnBehalfOf = [.. Policy.OnBehalfOf, Target(Stock)] } } },
            {
                "public client cannot exchange",
                Some.PublicClient() with
                {
                    GrantTypes = [.. Some.Client().GrantTypes, GrantTypes.TokenExchange],
                    Exchange = Policy with { OnBehalfOf = [] },
                }
            },
            { "50 each", Api with { Exchange = Policy with { From = [.. Enumerable.Range(0, 51).Select(i => $"c{i}")] } } },
        };

    [Theory, MemberData(nameof(Problems))]
    public void A_problem_is_named_and_is_the_only_one(string problem, Client client) =>
        Assert.Contains(problem, Assert.Single(ClientRegistration.Problems(client)), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://a.example", "https://a.example", "")]
    [InlineData("  https://a.example   x  y ", "https://a.example", "x y")]
    [InlineData("urn:api y x y", "urn:api", "x y")]
    public void A_target_is_an_audience_and_a_scope_behind_it(string text, string audience, string scope)
    {
        var target = Target(text);
        Assert.Equal((audience, scope), (target.Audience, target.Scope.ToString()));
        Assert.Equivalent(target, TokenTarget.TryParse(target.ToString()), strict: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("https://a.ex\u00e4mple x")]
    [InlineData("https://a.example x,y")]
    [InlineData("https://a.example \"x\"")]
    [InlineData("https://a\t.example x")]
    public void Anything_else_is_none(string text) => Assert.Null(TokenTarget.TryParse(text));

    [Fact]
    public void What_is_left_is_what_the_policy_still_gives_in_the_way_in_which_it_was_had()
    {
        Assert.Equal("orders", Left(Api, Given("web", "https://else.example"), isOnBehalfOf: false));
        Assert.Equal("stock:read", Left(Api, Given("other", "https://api.example"), isOnBehalfOf: true));
        Assert.Null(Left(Api, Given("other", "https://api.example"), isOnBehalfOf: false));
        Assert.Null(Left(Api, Given("web", "https://else.example"), isOnBehalfOf: true));
        Assert.Null(Left(Api, Given("web", "https://api.example"), isOnBehalfOf: false, "https://else.example"));
        Assert.Null(Left(Api with { Exchange = null }, Given("web", "https://api.example"), isOnBehalfOf: false));
        Assert.Null(Left(Api with { GrantTypes = [GrantTypes.JwtBearer] }, Given("web", "https://api.example"), isOnBehalfOf: false));
        Assert.Null(Left(Api with { GrantTypes = [GrantTypes.TokenExchange] }, Given("web", "https://api.example"), isOnBehalfOf: true));
    }

    private static string? Left(Client client, ExchangedToken given, bool isOnBehalfOf, string audience = Stock)
    {
        var id = new TokenId("origin", null, "registration", isOnBehalfOf).With("unique");
        return ExchangePolicy.Left(client, given, new ExchangedToken(client.ClientId, [audience, Some.Issuer], id, Some.Now))?.ToString();
    }

    private static ExchangedToken Given(string of, string audience) => new(of, [audience], "jti", Some.Now);

    private static TokenTarget Target(string text) => Assert.IsType<TokenTarget>(TokenTarget.TryParse(text));
}
