using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>Which key signs and which are published, case by case. Times are hours; a key is known after 24, tokens live for 1.</summary>
public class KeyRingTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly KeySchedule Schedule = new()
    {
        LongestToken = TimeSpan.FromMinutes(55),
        Lead = TimeSpan.FromHours(24) - TimeSpan.FromMinutes(5),
    };

    // Versions: name@created, then -n to disable at hour n, >n for not before, <n for expiry.
    [Theory]
    [InlineData("", 0, "", "")]
    [InlineData("a@0", 0, "a", "a")]
    [InlineData("a@0", 1000, "a", "a")]
    // A new key is published a day before it signs.
    [InlineData("a@0 b@100", 99, "a", "a b")]
    [InlineData("a@0 b@100", 100, "a", "a b")]
    [InlineData("a@0 b@100", 123, "a", "a b")]
    [InlineData("a@0 b@100", 124, "b", "b a")]
    // The old one stays until its last token has expired.
    [InlineData("a@0 b@100", 124.95, "b", "b a")]
    [InlineData("a@0 b@100", 125, "b", "b")]
    // The first two keys of all, within a day: the first goes on signing.
    [InlineData("a@0 b@1", 1, "a", "a b")]
    [InlineData("a@0 b@1", 24, "a", "a b")]
    [InlineData("a@0 b@1", 25, "b", "b a")]
    // Disabled: gone at once, and what is left takes over, published for a day or not.
    [InlineData("a@0-10", 10, "", "")]
    [InlineData("a@0 b@100-130", 130, "a", "a")]
    [InlineData("a@0-110 b@100", 110, "b", "b")]
    [InlineData("a@0-110 b@100 c@101", 110, "b", "b c")]
    [InlineData("a@0-110 b@100-110", 110, "", "")]
    // Before its time it never signs, not even alone; it is published all the same.
    [InlineData("a@0>50", 49, "", "a")]
    [InlineData("a@0>50", 50, "a", "a")]
    [InlineData("a@0 b@100>200", 199, "a", "a b")]
    [InlineData("a@0 b@100>200", 200, "b", "b a")]
    // Expired: it never signs, and is published until its tokens have expired too.
    [InlineData("a@0<50", 50, "", "a")]
    [InlineData("a@0<50", 51, "", "")]
    [InlineData("a@0<50 b@40", 50, "b", "b a")]
    [InlineData("a@0<50 b@40", 51, "b", "b")]
    // One that will sign again when its successor expires is published a day before that.
    [InlineData("a@0 b@100<200", 175.9, "b", "b")]
    [InlineData("a@0 b@100<200", 176, "b", "b a")]
    [InlineData("a@0 b@100<200", 200, "a", "a b")]
    public void The_ring_decides(string versions, double hour, string signs, string published)
    {
        var ring = new KeyRing([.. versions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Version)], Schedule);
        var now = Start.AddHours(hour);

        Assert.Equal(signs, ring.Signing(Jwk.Rsa, now)?.Id ?? "");
        Assert.Equal(published, string.Join(' ', ring.Published(now).Select(version => version.Id)));
    }

    // The hours from which each signs and until which it is published; - for never and for not known yet.
    [Theory]
    [InlineData("a@0", 10, "a 0 -")]
    [InlineData("a@0 b@100", 110, "a 0 125, b 124 -")]
    [InlineData("a@0 b@100", 124.5, "a 0 125, b 124 -")]
    [InlineData("a@0 b@100", 126, "a 0 -, b 124 -")]
    [InlineData("a@0 b@100 c@110", 120, "a 0 125, b 124 135, c 134 -")]
    [InlineData("a@0 b@1", 2, "a 0 26, b 25 -")]
    [InlineData("a@0 b@100>200", 150, "a 0 201, b 200 -")]
    [InlineData("a@0<50", 10, "a 0 51")]
    // What was withdrawn did sign before; its successor not before it was withdrawn.
    [InlineData("a@0-110 b@100", 120, "a 0 -, b 110 -")]
    [InlineData("a@0 b@100-110", 120, "a 0 -, b - -")]
    public void What_will_be_follows_from_what_is(string versions, double hour, string forecast)
    {
        var ring = new KeyRing([.. versions.Split(' ').Select(Version)], Schedule);
        var now = Start.AddHours(hour);

        var forecasts = ring.Versions.Select(version => $"{version.Id} {Hour(ring.SignsFrom(version))} {Hour(ring.PublishedUntil(version, now))}");
        Assert.Equal(forecast, string.Join(", ", forecasts));
    }

    [Fact]
    public void Key_types_do_not_know_each_other()
    {
        var ring = new KeyRing([new("r", Jwk.Rsa, Start), new("e", Jwk.EllipticCurve, Start.AddHours(30))], Schedule);

        Assert.Equal("r", ring.Signing(Jwk.Rsa, Start.AddHours(60))!.Id);
        Assert.Equal("e", ring.Signing(Jwk.EllipticCurve, Start.AddHours(30))!.Id);
    }

    [Fact]
    public void Of_two_versions_of_one_second_every_instance_takes_the_same()
    {
        KeyVersion[] versions = [new("a", Jwk.Rsa, Start), new("b", Jwk.Rsa, Start)];
        var now = Start.AddDays(2);

        Assert.Equal(new KeyRing(versions, Schedule).Signing(Jwk.Rsa, now), new KeyRing([.. versions.Reverse()], Schedule).Signing(Jwk.Rsa, now));
    }

    [Fact]
    public void A_version_that_was_enabled_late_does_not_unpublish_the_one_that_signed_until_then()
    {
        var late = new KeyVersion("b", Jwk.Rsa, Start) { UpdatedAt = Start.AddHours(200) };
        var ring = new KeyRing([new("a", Jwk.Rsa, Start.AddDays(-10)), late], Schedule);

        Assert.Equal(["b", "a"], ring.Published(Start.AddHours(200.9)).Select(version => version.Id));
        Assert.Equal(["b"], ring.Published(Start.AddHours(201)).Select(version => version.Id));
    }

    [Fact]
    public void An_instance_whose_clock_is_behind_the_vaults_still_honours_not_before()
    {
        var ring = new KeyRing([new("a", Jwk.Rsa, Start) { NotBefore = Start.AddHours(5) }], Schedule);

        Assert.Null(ring.Signing(Jwk.Rsa, Start.AddMinutes(-1)));
    }

    [Fact]
    public void A_key_is_next_then_current_then_retired_then_past_unless_it_is_withdrawn()
    {
        var (old, next) = (new KeyVersion("a", Jwk.Rsa, Start), new KeyVersion("b", Jwk.Rsa, Start.AddHours(100)));
        var withdrawn = new KeyVersion("c", Jwk.Rsa, Start) { Enabled = false };
        var ring = new KeyRing([old, next, withdrawn], Schedule);

        double[] hours = [123, 124, 125];
        Assert.Equal([KeyState.Current, KeyState.Retired, KeyState.Past], hours.Select(hour => ring.StateOf(old, Start.AddHours(hour))));
        Assert.Equal([KeyState.Next, KeyState.Current], hours[..2].Select(hour => ring.StateOf(next, Start.AddHours(hour))));
        Assert.Equal(KeyState.Withdrawn, ring.StateOf(withdrawn, Start));
    }

    [Fact]
    public void A_schedule_in_which_caches_outlive_the_lead_is_refused()
    {
        Assert.Empty(Schedule.Problems());
        Assert.Single((Schedule with { JwksLifetime = TimeSpan.FromHours(24) }).Problems());
        Assert.Single((Schedule with { RefreshInterval = TimeSpan.FromHours(24), RotateAfter = TimeSpan.FromDays(900) }).Problems());
        Assert.Single((Schedule with { RotateAfter = TimeSpan.FromHours(24) }).Problems());
        Assert.Single((Schedule with { LongestToken = TimeSpan.Zero }).Problems());
    }

    private static double Hours(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static KeyVersion Version(string text)
    {
        var (created, mark, at) = text[2..].Split('-', '>', '<') is [var first, var second]
            ? (Hours(first), text[2 + first.Length], Start.AddHours(Hours(second)))
            : (Hours(text[2..]), ' ', default);
        var version = new KeyVersion(text[..1], Jwk.Rsa, Start.AddHours(created));
        return mark switch
        {
            '-' => version with { Enabled = false, UpdatedAt = at },
            '>' => version with { NotBefore = at },
            '<' => version with { ExpiresAt = at },
            _ => version,
        };
    }

    private static string Hour(DateTimeOffset? at) => at is { } instant ? $"{(instant - Start).TotalHours}" : "-";
}
