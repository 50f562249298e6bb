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
    private static readonly RefreshState Rotated = Fresh.Rotated(First, Salt, Expiry, Some.Now);

    [Fact, Rfc(6749, "6")]
    public void The_token_that_came_with_the_code_is_current() => Assert.Equal(RefreshPresentation.Current, Present(Fresh, First));

    [Theory]
    [InlineData(-1, RefreshPresentation.Current)]
    [InlineData(0, RefreshPresentation.Expired)]
    [InlineData(1, RefreshPresentation.Expired)]
    public void A_token_that_is_not_used_expires(int secondsAfterExpiry, RefreshPresentation expected) =>
        Assert.Equal(expected, Fresh.Presented(First, Grace, Expiry.AddSeconds(secondsAfterExpiry)));

    [Fact]
    public void After_a_rotation_the_next_token_is_current()
    {
        Assert.Equal(RefreshPresentation.Current, Present(Rotated, Second));
        Assert.Equal(2, Rotated.Generation);
        Assert.Equal(RefreshPresentation.Current, Rotated.Presented(Second, Grace, Some.Now.AddDays(7)));
    }

    [Theory]
    [InlineData(0, RefreshPresentation.Retry)]
    [InlineData(30, RefreshPresentation.Retry)]
    [InlineData(31, RefreshPresentation.Reuse)]
    [InlineData(1_000_000, RefreshPresentation.Reuse)]
    public void The_token_before_is_a_retry_within_the_grace_and_reuse_after_it(int seconds, RefreshPresentation expected) =>
        Assert.Equal(expected, Rotated.Presented(First, Grace, Some.Now.AddSeconds(seconds)));

    [Fact]
    public void A_retry_yields_the_very_token_that_was_lost()
    {
        Assert.Equal(RefreshPresentation.Retry, Present(Rotated, First));
        Assert.Equal(Second.ToBytes(), First.Next(Rotated.Salt!).ToBytes());
        Assert.Equal(RefreshPresentation.Current, Present(Rotated, First.Next(Rotated.Salt!)));
    }

    [Fact]
    public void Without_a_grace_every_earlier_token_is_reuse_a_moment_later() =>
        Assert.Equal(RefreshPresentation.Reuse, Rotated.Presented(First, TimeSpan.Zero, Some.Now.AddTicks(1)));

    [Fact]
    public void A_retry_does_not_outlive_what_it_yields()
    {
        var soon = Some.Now.AddSeconds(5);
        Assert.Equal(RefreshPresentation.Expired, Fresh.Rotated(First, Salt, soon, Some.Now).Presented(First, Grace, soon));
    }

    [Fact]
    public void A_token_further_back_is_reuse_even_within_the_grace()
    {
        var third = Rotated.Rotated(Second, Some.Bytes(16, seed: 4), Expiry, Some.Now);
        Assert.Equal(RefreshPresentation.Reuse, Present(third, First));
        Assert.Equal(RefreshPresentation.Retry, Present(third, Second));
    }

    [Fact]
    public void Made_up_bytes_for_a_right_row_are_unknown() =>
        Any.Always(Any.Bytes(RefreshSecret.Size), bytes => Present(Rotated, RefreshSecret.From(bytes)) == RefreshPresentation.Unknown);

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public void A_thief_with_the_table_alone_knows_no_token()
    {
        byte[][] stolen = [Rotated.LinkHash, Rotated.PreviousLinkHash!, Rotated.LineageHash, Rotated.Salt!, new byte[32]];
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
    public void Through_many_rotations_the_last_is_current_the_one_before_a_retry_and_the_rest_reuse() =>
        Any.Always(
            Any.Bytes(16).ListOf(),
            salts =>
            {
                var (state, all) = (Fresh, new List<RefreshSecret> { First });
                foreach (var salt in salts)
                {
                    state = state.Rotated(all[^1], salt, Expiry, Some.Now);
                    all.Add(all[^1].Next(salt));
                }
                return state.Generation == all.Count
                    && Present(state, all[^1]) == RefreshPresentation.Current
                    && (all.Count < 2 || Present(state, all[^2]) == RefreshPresentation.Retry)
                    && all.SkipLast(2).All(old => Present(state, old) == RefreshPresentation.Reuse);
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

    private static RefreshPresentation Present(RefreshState state, RefreshSecret secret) => state.Presented(secret, Grace, Some.Now);
}
