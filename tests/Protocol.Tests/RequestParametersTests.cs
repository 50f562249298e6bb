using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

public class RequestParametersTests
{
    [Fact]
    public void Names_and_values_are_decoded() =>
        Assert.Equal("a b", RequestParameters.Parse("sc%6Fpe=a+b&x=1").Value()["scope"]);

    [Theory, Rfc(6749, "3.1")]
    [InlineData("state=")]
    [InlineData("state")]
    [InlineData("")]
    [InlineData("&&")]
    public void A_parameter_without_a_value_counts_as_omitted(string encoded)
    {
        var parameters = RequestParameters.Parse(encoded).Value();
        Assert.Null(parameters["state"]);
        Assert.False(parameters.Repeats("state"));
        Assert.Null(parameters.Refuses());
    }

    [Theory, Rfc(6749, "3.1"), Rfc(6749, "3.2")]
    [InlineData("scope=a&scope=b")]
    [InlineData("scope=a&scope=a")]
    [InlineData("scope=&scope=a")]
    [InlineData("scope=a&scope")]
    [InlineData("scope=a&sc%6fpe=b")]
    public void A_repeated_parameter_has_no_value_and_refuses_the_request(string encoded)
    {
        var parameters = RequestParameters.Parse(encoded).Value();
        Assert.Null(parameters["scope"]);
        Assert.True(parameters.Repeats("scope"));
        Assert.Equal("invalid_request", parameters.Refuses()?.Code);
    }

    [Fact, Rfc(8707, "2")]
    public void A_resource_may_stand_more_than_once()
    {
        const string both = "resource=a&resource=b";
        Assert.Null(RequestParameters.Parse(both).Value().Refuses());
        Assert.Equal("invalid_request", RequestParameters.Parse(both + "&scope=a&scope=b").Value().Refuses()?.Code);
        Assert.Equal("invalid_request", RequestParameters.Parse(both + "&resource=%00").Value().Refuses()?.Code);
    }

    [Theory, Rfc(8707, "2")]
    [InlineData("resource=a&resource=b&resource=a", "a b a")]
    [InlineData("resource=&x=1&resource=b", "b")]
    [InlineData("resource=b", "b")]
    [InlineData("resource=&resource", "")]
    [InlineData("x=1", "")]
    public void All_resources_are_read_and_still_are_once_they_are_encoded_again(string encoded, string all)
    {
        var sent = RequestParameters.Parse(encoded).Value();
        Assert.Equal(all, string.Join(' ', sent.All("resource")));
        Assert.Equal(all, string.Join(' ', RequestParameters.Parse(sent.Encode()).Value().All("resource")));
    }

    [Fact, Rfc(6749, "3.1")]
    public void Any_other_parameter_has_one_value_or_none()
    {
        var parameters = RequestParameters.Parse("scope=a&state=s&scope=b").Value();
        Assert.Equal(["s"], parameters.All("state"));
        Assert.Empty(parameters.All("scope"));
    }

    [Fact]
    public void Names_differ_by_case() => Assert.Null(RequestParameters.Parse("Scope=a&scope=b").Value().Refuses());

    [Fact]
    public void Only_the_first_equals_sign_parts_a_name_from_its_value() =>
        Assert.Equal("b=c", RequestParameters.Parse("a=b=c").Value()["a"]);

    [Theory]
    [InlineData("a=%")]
    [InlineData("%=a")]
    [InlineData("a=%00")]
    [InlineData("a%0a=b")]
    [InlineData("a=%C0%AF")]
    [InlineData("a=%7F")]
    [InlineData("a=%C2%85")]
    [InlineData("a=%E9")]
    [InlineData("a=\u00e9")]
    [InlineData("a=%u0041")]
    public void What_cannot_be_read_is_remembered_and_refuses_the_request(string encoded)
    {
        var parameters = RequestParameters.Parse($"client_id=web&{encoded}&state=s").Value();
        Assert.Equal("invalid_request", parameters.Refuses()?.Code);
        Assert.Equal(("web", null, "s"), (parameters["client_id"], parameters["a"], parameters["state"]));
    }

    [Theory, Rfc(6749, "3.1")]
    [InlineData("state=%00&state=s")]
    [InlineData("state=s&state=%00")]
    [InlineData("state=%00&state=%00")]
    public void An_unreadable_parameter_that_stands_twice_is_both(string encoded)
    {
        var parameters = RequestParameters.Parse(encoded).Value();
        Assert.Null(parameters["state"]);
        Assert.True(parameters.Repeats("state") && parameters.IsUnreadable("state"));
    }

    [Theory, Rfc(8259, "2")]
    [InlineData("claims=%7B%0A%09%7D%0D", true)]
    [InlineData("claims=%7B%00%7D", false)]
    [InlineData("scope=a%0A", false)]
    public void Only_JSON_may_have_tabs_and_line_breaks(string encoded, bool readable) =>
        Assert.Equal(readable, RequestParameters.Parse(encoded).Value().Refuses() is null);

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_request_has_a_longest_length(int over, bool accepted) =>
        Assert.Equal(accepted, RequestParameters.Parse("a=" + new string('b', RequestParameters.MaxLength - 2 + over)).Succeeds());

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_request_has_a_highest_number_of_parameters(int over, bool accepted)
    {
        var count = RequestParameters.MaxCount + over;
        var all = RequestParameters.Parse(string.Join('&', Enumerable.Range(0, count).Select(i => $"p{i}=1"))).Value();
        Assert.Equal((accepted, "1"), (all.Refuses() is null, all["p0"]));
        Assert.NotNull(RequestParameters.Parse(string.Join('&', Enumerable.Repeat("p=1", count))).Value().Refuses());
    }

    [Fact]
    public void What_is_encoded_again_reads_the_same() =>
        Any.Always(
            Any.PrintableText.Zip(Any.PrintableText).ListOf(),
            pairs =>
            {
                var few = pairs.Take(RequestParameters.MaxCount / 2).Select(pair => (Name: pair.Item1, Value: pair.Item2)).ToArray();
                var sent = RequestParameters.Parse(FormUrlEncoded.Encode(few)).Value();
                var kept = RequestParameters.Parse(sent.Encode()).Value();
                return few.All(pair => kept[pair.Name] == sent[pair.Name] && kept.Repeats(pair.Name) == sent.Repeats(pair.Name));
            }
        );

    [Fact]
    public void A_repeat_is_not_lost_while_the_person_signs_in()
    {
        var kept = RequestParameters.Parse(RequestParameters.Parse("scope=a&scope=b").Value().Encode()).Value();
        Assert.True(kept.Repeats("scope"));
    }
}
