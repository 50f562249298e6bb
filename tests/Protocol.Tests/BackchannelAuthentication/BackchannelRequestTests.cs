using Postern.Protocol;

namespace Postern.Tests;

[Spec("CIBA Core", "7.1")]
public class BackchannelRequestTests
{
    private const string Good = "scope=openid+profile&login_hint=alice";

    private static readonly Client Poll = Some.Client() with { GrantTypes = [GrantTypes.Ciba] };
    private static readonly Client Ping = Poll with { NotificationEndpoint = "https://client.example/ciba" };

    [Fact]
    public void A_request_names_its_person_and_what_it_is_for()
    {
        var request = Parse(Good + "&binding_message=W4SCT").Value();
        Assert.Equal(("alice", "W4SCT", "openid profile"), (request.Login, request.BindingMessage, request.Scope.ToString()));
        Assert.Equal((null, null), (request.IdTokenHint, request.NotificationToken));
    }

    [Conformance("fapi-ciba-id1-ensure-authorization-request-with-multiple-hints-fails")]
    [Theory]
    [InlineData("scope=openid", "invalid_request")]
    [InlineData(Good + "&id_token_hint=e30", "invalid_request")]
    [InlineData("scope=openid&id_token_hint=e30&login_hint_token=e30", "invalid_request")]
    [InlineData("scope=openid&login_hint_token=e30", "invalid_request")]
    [InlineData("scope=profile&login_hint=alice", "invalid_scope")]
    [InlineData("login_hint=alice", "invalid_scope")]
    [InlineData(Good + "&request=e30.e30.", "request_not_supported")]
    [InlineData(Good + "&requested_expiry=0", "invalid_request")]
    [InlineData(Good + "&requested_expiry=-1", "invalid_request")]
    [InlineData(Good + "&requested_expiry=soon", "invalid_request")]
    [InlineData(Good + "&binding_message=%E2%80%AEmoc.knab", "invalid_binding_message")]
    [InlineData(Good + "&binding_message=+", "invalid_binding_message")]
    public void What_the_specification_does_not_allow_is_refused(string request, string error) => Assert.Equal(error, Parse(request).Refusal().Code);

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_message_is_as_long_as_a_line(int length, bool accepted) =>
        Assert.Equal(accepted, Parse($"{Good}&binding_message={new string('m', length)}").Succeeds(out _, out _));

    [Theory]
    [InlineData(null, 300)]
    [InlineData("1", 30)]
    [InlineData("120", 120)]
    [InlineData("4294967295", 900)]
    public void The_client_says_how_long_it_waits_within_reason(string? requested, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Parse(requested is null ? Good : $"{Good}&requested_expiry={requested}").Value().ExpiresIn);

    [Theory]
    [InlineData("", false)]
    [InlineData("&client_notification_token=8d67dc78-7faa-4d41-aabd-67707b374255", true)]
    [InlineData("&client_notification_token=a%0Ab", false)]
    [InlineData("&client_notification_token=a+b", false)]
    [InlineData("&client_notification_token=%C3%BC", false)]
    public void A_client_that_is_notified_says_with_what(string more, bool accepted)
    {
        Assert.Equal(accepted, Parse(Good + more, Ping).Succeeds(out _, out _));
        Assert.False(Parse($"{Good}&client_notification_token={new string('a', 1025)}", Ping).Succeeds(out _, out _));
        // Who polls need not, and it is kept nowhere.
        if (accepted)
            Assert.Null(Parse(Good + more).Value().NotificationToken);
    }

    [Fact, Spec("CIBA Core", "7.3")]
    public void What_a_notified_client_asks_with_is_one_of_a_kind_for_row_and_token()
    {
        var handle = BackchannelRequest.HandleOf(Some.Row(), "token");
        Assert.Equal(handle.Encode(), BackchannelRequest.HandleOf(Some.Row(), "token").Encode());
        Assert.Equal(handle.SecretHash, Handle.TryParse(HandleKind.AuthenticationRequest, handle.Encode())!.SecretHash);
        Assert.NotEqual(handle.Secret, BackchannelRequest.HandleOf(Some.Row(2), "token").Secret);
        Assert.NotEqual(handle.Secret, BackchannelRequest.HandleOf(Some.Row(), "token2").Secret);
    }

    private static Result<BackchannelRequest> Parse(string encoded, Client? client = null) =>
        BackchannelRequest.Parse(RequestParameters.Parse(encoded).Value(), client ?? Poll);
}
