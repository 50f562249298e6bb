using System.Reflection;
using Postern.Protocol;

namespace Postern.Tests;

public class OAuthErrorTests
{
    private const string Given = "exactly this went wrong";

    // The registered code, and the status where it is answered directly rather than by a redirect.
    private static readonly Dictionary<string, int> Statuses = new()
    {
        ["invalid_request"] = 400,
        ["invalid_client"] = 400,
        ["invalid_grant"] = 400,
        ["unauthorized_client"] = 400,
        ["unsupported_grant_type"] = 400,
        ["unsupported_response_type"] = 400,
        ["invalid_scope"] = 400,
        ["access_denied"] = 400,
        ["authorization_pending"] = 400,
        ["slow_down"] = 400,
        ["expired_token"] = 400,
        ["unknown_user_id"] = 400,
        ["invalid_binding_message"] = 400,
        ["login_required"] = 400,
        ["consent_required"] = 400,
        ["request_not_supported"] = 400,
        ["request_uri_not_supported"] = 400,
        ["invalid_target"] = 400,
        ["unmet_authentication_requirements"] = 400,
        ["invalid_token"] = 401,
        ["insufficient_scope"] = 403,
        ["temporarily_unavailable"] = 503,
        ["server_error"] = 500,
    };

    private static IEnumerable<MethodInfo> Factories =>
        typeof(OAuthError).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(OAuthError));

    public static TheoryData<string> FactoryNames => [.. Factories.Select(factory => factory.Name)];

    [Theory, MemberData(nameof(FactoryNames)), Rfc(6749, "5.2")]
    public void A_code_has_its_registered_status(string factory)
    {
        var error = Make(factory);
        Assert.Equal(Statuses[error.Code], error.Status);
    }

    [Fact]
    public void Each_code_is_made_in_one_place() => Assert.Equal(Statuses.Keys.Order(), FactoryNames.Select(row => Make(row.Data).Code).Order());

    [Theory, MemberData(nameof(FactoryNames)), Rfc(6749, "5.2")]
    public void A_description_keeps_to_the_characters_allowed(string factory)
    {
        var error = Make(factory);
        Assert.NotEmpty(error.Description);
        Assert.All(error.Description, c => Assert.True(IsAllowed(c), $"U+{(int)c:X4}"));
        Assert.All(error.Code, c => Assert.True(IsAllowed(c)));
    }

    [Theory, MemberData(nameof(FactoryNames))]
    public void A_reason_is_never_sent_and_a_description_is_sent_as_given(string factory)
    {
        var error = Make(factory);
        switch (ParameterOf(factory))
        {
            case "reason":
                Assert.Equal(Given, error.Reason);
                Assert.DoesNotContain(Given, error.Description, StringComparison.Ordinal);
                break;
            case "description":
                Assert.Equal(Given, error.Description);
                Assert.Equal(Given, error.Reason);
                break;
            default:
                Assert.Null(ParameterOf(factory));
                Assert.Equal(error.Description, error.Reason);
                break;
        }
    }

    [Theory, Rfc(6819, "5.1.4.2.2")]
    [InlineData(nameof(OAuthError.InvalidClient))]
    [InlineData(nameof(OAuthError.InvalidGrant))]
    [InlineData(nameof(OAuthError.InvalidToken))]
    public void What_could_be_probed_has_one_sentence_for_every_reason(string factory) => Assert.Equal("reason", ParameterOf(factory));

    [Fact, Rfc(6749, "5.2")]
    public void Only_a_failure_of_the_header_is_a_401_and_what_is_told_besides_is_sent()
    {
        var refusal = OAuthError.InvalidClient(Given).Telling("do this.");
        Assert.Equal((400, 401), (refusal.Status, refusal.OfHeader().Status));
        Assert.Equal(("Client authentication failed: do this.", Given), (refusal.Description, refusal.Reason));
    }

    [Fact]
    public void A_result_that_nobody_assigned_is_an_error() => Assert.Equal("server_error", default(Result<RequestParameters>).Refusal().Code);

    private static bool IsAllowed(char c) => c is (>= '\x20' and <= '\x21') or (>= '\x23' and <= '\x5B') or (>= '\x5D' and <= '\x7E');

    private static string? ParameterOf(string factory) => Factories.Single(method => method.Name == factory).GetParameters().SingleOrDefault()?.Name;

    private static OAuthError Make(string factory)
    {
        var method = Factories.Single(method => method.Name == factory);
        return (OAuthError)method.Invoke(null, [.. method.GetParameters().Select(_ => (object)Given)])!;
    }
}
