using Postern.Protocol;

namespace Postern.Tests;

/// <summary>How long a key stays published: as long as the longest token that it may have signed.</summary>
public class KeyScheduleTests
{
    [Fact]
    public void A_key_outlives_the_longest_access_token_a_client_may_have_however_short_the_servers_own_are()
    {
        var schedule = new KeyOptions().Schedule(new Lifetimes { AccessToken = TimeSpan.FromMinutes(1), IdToken = TimeSpan.FromMinutes(1) });

        Assert.Equal(Lifetimes.MaxAccessToken, schedule.LongestToken);
        Assert.True(schedule.Tail >= Lifetimes.MaxAccessToken + schedule.RefreshInterval);
    }

    [Fact]
    public void And_an_id_token_that_lives_longer_still()
    {
        var lifetimes = new Lifetimes { IdToken = Lifetimes.MaxAccessToken + TimeSpan.FromHours(1) };

        Assert.Equal(lifetimes.IdToken, new KeyOptions().Schedule(lifetimes).LongestToken);
    }

    [Fact]
    public void Lead_and_rotation_are_those_that_were_set()
    {
        var schedule = new KeyOptions { Lead = TimeSpan.FromDays(3), RotateAfter = TimeSpan.FromDays(50) }.Schedule(new Lifetimes());

        Assert.Equal((TimeSpan.FromDays(3), TimeSpan.FromDays(50)), (schedule.Lead, schedule.RotateAfter));
    }
}
