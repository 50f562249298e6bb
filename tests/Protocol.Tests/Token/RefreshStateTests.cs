using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(9700, "4.14.2")]
public class RefreshStateTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Expiry = Some.Now.AddDays(30);
    private static readonly RefreshSecret First = RefreshSecret.From(Some.Bytes(RefreshSecret.Size));
    private static readonly RefreshState Fresh = RefreshState.First(First, Expiry);
    private static readonly byte[] Salt = Some.Bytes(16, seed: 3);
    private static readonly RefreshSecret Second = First.Next(Salt);
    private static readonly RefreshState Rotated = Rotate(Fresh, First, Salt, Some.Now);

    [Fact, Rfc(6749, "6")]
    public void The_token_that_came_with_the_code_is_current() => Assert.Equal(RefreshPresentation.Current, Present(Fresh, First));

    [Theory]
    [InlineData(-1, RefreshPresentation.Current)]
    [InlineData(0, RefreshPresentation.Expired)]
    [InlineData(1, RefreshPresentation.Expired)]
    public void A_token_that_is_not_used_expires(int secondsAfterExpiry, RefreshPresentation expected) =>
        Assert.Equal(expected, Fresh.Presented(First, Grace, Expiry.AddSeconds(secondsAfterExpiry), Some.Now));

    [Fact]
    public void After_a_rotation_the_next_token_is_current()
    {
        Assert.Equal(RefreshPresentation.Current, Present(Rotated, Second));
        Assert.Equal(2, Rotated.Generation);
        Assert.Equal(RefreshPresentation.Current, Rotated.Presented(Second, Grace, Some.Now.AddDays(7), Some.Now.AddDays(7)));
    }

    [Theory]
    [InlineData(0, RefreshPresentation.Retry)]
    [InlineData(30, RefreshPresentation.Retry)]
    [InlineData(31, RefreshPresentation.Reuse)]
    [InlineData(1_000_000, RefreshPresentation.Reuse)]
    public void The_token_before_is_a_retry_within_the_grace_and_reuse_after_it(int seconds, RefreshPresentation expected) =>
        Assert.Equal(expected, Rotated.Presented(First, Grace, Some.Now, Some.Now.AddSeconds(seconds)));

    [Theory]
    [InlineData(-3600)]
    [InlineData(0)]
    [InlineData(3600)]
    public void The_servers_own_clock_has_no_say_in_the_grace(int seconds)
    {
        var now = Some.Now.AddSeconds(seconds);
        Assert.Equal(RefreshPresentation.Retry, Rotated.Presented(First, Grace, now, Some.Now.AddSeconds(30)));
        Assert.Equal(RefreshPresentation.Reuse, Rotated.Presented(First, Grace, now, Some.Now.AddSeconds(31)));
    }

    [Fact]
    public void A_retry_yields_the_very_token_that_was_lost()
    {
        Assert.Equal(RefreshPresentation.Retry, Present(Rotated, First));
        Assert.Equal(Second.ToBytes(), Rotated.Current(First).ToBytes());
        Assert.Equal(RefreshPresentation.Current, Present(Rotated, Rotated.Current(First)));
    }

    [Fact]
    public void Without_a_grace_every_earlier_token_is_reuse_at_once() =>
        Assert.Equal(RefreshPresentation.Reuse, Rotated.Presented(First, TimeSpan.Zero, Some.Now, Some.Now));

    [Fact]
    public void A_retry_does_not_outlive_what_it_yields()
    {
        var soon = Some.Now.AddSeconds(5);
        Assert.Equal(RefreshPresentation.Expired, Rotate(Fresh with { ExpiresAt = soon }, First, Salt, Some.Now, soon).Presented(First, Grace, soon, soon));
    }

    [Fact]
    public void A_token_two_further_back_yields_the_current_one_and_one_beyond_is_reuse()
    {
        var (state, all) = Chain(3);
        Assert.Equal(RefreshPresentation.Retry, Present(state, all[2]));
        Assert.Equal(RefreshPresentation.Retry, Present(state, all[1]));
        Assert.Equal(all[3].ToBytes(), state.Current(all[2]).ToBytes());
        Assert.Equal(all[3].ToBytes(), state.Current(all[1]).ToBytes());
        Assert.Equal(RefreshPresentation.Reuse, Present(state, all[0]));
    }

    [Fact]
    public void A_token_two_further_back_has_a_grace_of_its_own()
    {
        var state = Rotate(Rotated, Second, Some.Bytes(16, seed: 4), Some.Now.AddSeconds(20));
        Assert.Equal(RefreshPresentation.Retry, state.Presented(First, Grace, Some.Now, Some.Now.AddSeconds(30)));
        Assert.Equal(RefreshPresentation.Reuse, state.Presented(First, Grace, Some.Now, Some.Now.AddSeconds(31)));
        Assert.Equal(RefreshPresentation.Retry, state.Presented(Second, Grace, Some.Now, Some.Now.AddSeconds(31)));
    }

    [Fact]
    public void Once_the_successor_is_in_use_all_before_it_are_reuse_for_good()
    {
        var (state, all) = Chain(2);
        var used = state.InUse(state.Generation);
        Assert.Equal(RefreshPresentation.Reuse, Present(used, all[1]));
        Assert.Equal(RefreshPresentation.Reuse, Present(used, all[0]));
        Assert.Equal(RefreshPresentation.Current, Present(used, all[2]));
        var later = Rotate(used, all[2], Salt, Some.Now);
        Assert.Equal(RefreshPresentation.Retry, Present(later, all[2]));
        Assert.Equal(RefreshPresentation.Reuse, Present(later, all[1]));
    }

    [Fact]
    public void An_older_generation_in_use_says_nothing_of_the_successor()
    {
        Assert.Same(Rotated, Rotated.InUse(1));
        Assert.False(Rotated.Awaits(1, Grace, Some.Now));
        Assert.False(Rotated.Awaits(null, Grace, Some.Now));
        Assert.False(Fresh.Awaits(1, Grace, Some.Now));
        Assert.True(Rotated.Awaits(2, Grace, Some.Now));
        Assert.False(Rotated.Awaits(2, Grace, Some.Now.AddSeconds(31)));
        Assert.False(Rotated.InUse(2).Awaits(2, Grace, Some.Now));
    }

    // By how many steps after it was replaced each link is asked for again: 0 not at all, 1 at once, 2 when the next was replaced too.
    [Theory]
    [InlineData("111", false)]
    [InlineData("110110110", true)]
    [InlineData("101010101", true)]
    [InlineData("0111", false)]
    [InlineData("11011", true)]
    [InlineData("10101011100", false)]
    [InlineData("1001002000", true)]
    [InlineData("20202", false)]
    [InlineData("120", false)]
    public void Three_links_in_a_row_that_were_each_asked_for_twice_are_a_shadow_and_none_slips_past(string asked, bool isHonest)
    {
        var (state, all, caught) = (Fresh, new List<RefreshSecret> { First }, false);
        for (var link = 0; link <= asked.Length && !caught; link++)
        {
            var salt = Some.Bytes(16, seed: link);
            state = Rotate(state, all[^1], salt, Some.Now);
            all.Add(all[^1].Next(salt));
            caught = (link < asked.Length && asked[link] == '1' && Catches(all[link])) || (link > 0 && asked[link - 1] == '2' && Catches(all[link - 1]));
        }
        Assert.Equal(isHonest, !caught);

        bool Catches(RefreshSecret again)
        {
            var presentation = Present(state, again);
            state = state.AskedAgain(again);
            return presentation is RefreshPresentation.Shadow or RefreshPresentation.Reuse;
        }
    }

    [Fact]
    public void Made_up_bytes_for_a_right_row_are_unknown() =>
        Any.Always(Any.Bytes(RefreshSecret.Size), bytes => Present(Rotated, RefreshSecret.From(bytes)) == RefreshPresentation.Unknown);

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public void A_thief_with_the_table_alone_knows_no_token()
    {
        byte[][] stolen = [Rotated.LinkHash, Rotated.Previous!.LinkHash, Rotated.LineageHash, Rotated.Previous.Salt, new byte[32]];
        var guesses =
            from lineage in stolen
            from link in stolen
            let secret = new RefreshSecret(lineage, link)
            from guess in new[] { secret, new RefreshSecret(lineage[..16], link), secret.Next(Salt) }
            select guess;
        Assert.All(guesses, guess => Assert.Equal(RefreshPresentation.Unknown, Present(Rotated, guess)));
    }

    [Fact]
    public void A_thief_with_an_old_token_alone_cannot_compute_the_next() =>
        Any.Always(Any.Bytes(16), salt => salt.SequenceEqual(Salt) || Present(Rotated, First.Next(salt)) == RefreshPresentation.Reuse);

    [Fact]
    public void Through_many_rotations_the_last_is_current_the_two_before_retries_and_the_rest_reuse() =>
        Any.Always(
            Any.Bytes(16).ListOf(),
            salts =>
            {
                var (state, all) = (Fresh, new List<RefreshSecret> { First });
                foreach (var salt in salts)
                {
                    state = Rotate(state, all[^1], salt, Some.Now);
                    all.Add(all[^1].Next(salt));
                }
                return state.Generation == all.Count
                    && Present(state, all[^1]) == RefreshPresentation.Current
                    && all.SkipLast(1).TakeLast(2).All(old => Present(state, old) == RefreshPresentation.Retry && state.Current(old).ToBytes().SequenceEqual(all[^1].ToBytes()))
                    && all.SkipLast(3).All(old => Present(state, old) == RefreshPresentation.Reuse);
            },
            times: 100
        );

    [Fact]
    public void A_secret_is_read_back_from_a_handle()
    {
        var handle = new Handle(HandleKind.RefreshToken, Some.Row(), Second.ToBytes());
        var read = RefreshSecret.From(Handle.TryParse(HandleKind.RefreshToken, handle.Encode())!.Secret);
        Assert.Equal(RefreshPresentation.Current, Present(Rotated, read));
        Assert.DoesNotContain(Convert.ToHexString(read.Link), $"{read}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The state, and all tokens, after so many rotations at one moment.</summary>
    private static (RefreshState State, IReadOnlyList<RefreshSecret> All) Chain(int rotations)
    {
        var (state, all) = (Fresh, new List<RefreshSecret> { First });
        for (var rotation = 0; rotation < rotations; rotation++)
        {
            var salt = Some.Bytes(16, seed: 40 + rotation);
            state = Rotate(state, all[^1], salt, Some.Now);
            all.Add(all[^1].Next(salt));
        }
        return (state, all);
    }

    /// <summary>As the table service keeps it, which says when it was written.</summary>
    private static RefreshState Rotate(RefreshState state, RefreshSecret current, byte[] salt, DateTimeOffset at, DateTimeOffset? expiresAt = null)
    {
        var rotated = state.Rotated(current, salt, expiresAt ?? Expiry);
        return rotated with { Previous = rotated.Previous! with { ReplacedAt = at } };
    }

    private static RefreshPresentation Present(RefreshState state, RefreshSecret secret) => state.Presented(secret, Grace, Some.Now, Some.Now);
}
