using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

public class ActorTests
{
    [Theory, Rfc(8693, "4.1")]
    [InlineData("""{"act":{"sub":"a"}}""", 1)]
    [InlineData("""{"act":{"sub":"a","iss":"https://b.example","act":{"sub":"c"}}}""", 2)]
    public void Actors_are_written_as_they_were_read(string claims, int depth)
    {
        var actor = Actor.Read(Claims(claims))!;
        Assert.Equal(depth, actor.Depth);
        Assert.Equal(claims, System.Text.Encoding.UTF8.GetString(Json.Object(actor.Write)));
    }

    [Fact, Rfc(8693, "4.1")]
    public void Where_nobody_acts_there_is_none() => Assert.Null(Actor.Read(Claims("{}")));

    [Theory, Rfc(8693, "4.1")]
    [InlineData("""{"act":null}""")]
    [InlineData("""{"act":"a"}""")]
    [InlineData("""{"act":{}}""")]
    [InlineData("""{"act":{"sub":1}}""")]
    [InlineData("""{"act":{"sub":"a","iss":[]}}""")]
    [InlineData("""{"act":{"sub":"a","act":{}}}""")]
    public void What_is_no_actor_is_not_passed_over(string claims) => Assert.Throws<FormatException>(() => Actor.Read(Claims(claims)));

    [Theory, Rfc(8693, "4.4")]
    [InlineData("""{"sub":"a"}""", "a", "i", true)]
    [InlineData("""{"sub":"a"}""", "a", "j", false)]
    [InlineData("""{"sub":"a","iss":"j"}""", "a", "j", true)]
    [InlineData("""{"sub":"a","iss":"j"}""", "a", "i", false)]
    [InlineData("""{"sub":"a"}""", "b", "i", false)]
    [InlineData("""{"sub":["a"]}""", "a", "i", false)]
    [InlineData("""{"iss":"i"}""", "a", "i", false)]
    [InlineData("""{"sub":"a","group":"x"}""", "a", "i", false)]
    [InlineData("null", "a", "i", false)]
    public void Only_who_is_named_may_act(string mayAct, string actor, string issuer, bool permitted)
    {
        Assert.Equal(permitted, MayAct.Permits(Claims(mayAct), "i", actor, issuer));
        Assert.True(MayAct.Permits(null, "i", actor, issuer));
    }

    private static JsonElement Claims(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
