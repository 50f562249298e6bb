using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6749, "3.3")]
public class ScopeTests
{
    [Theory]
    [InlineData("openid email", "email openid")]
    [InlineData("b a a b", "a b")]
    [InlineData(" a  b ", "a b")]
    [InlineData("A a", "A a")]
    [InlineData("https://api.example/orders.read!#$%&'()*+,-./:;<=>?@[]^_`{|}~", "https://api.example/orders.read!#$%&'()*+,-./:;<=>?@[]^_`{|}~")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_scope_is_a_set_written_in_order(string? text, string written) => Assert.Equal(written, Scope.TryParse(text)?.ToString());

    [Theory, Rfc(6749, "A.4")]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("é")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u2003b")]
    public void A_character_that_no_scope_value_has_is_refused(string text) => Assert.Null(Scope.TryParse(text));

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData(Scope.MaxCount, true)]
    [InlineData(Scope.MaxCount + 1, false)]
    public void A_scope_has_a_highest_number_of_values(int count, bool accepted) =>
        Assert.Equal(accepted, Scope.TryParse(string.Join(' ', Enumerable.Range(0, count))) is not null);

    [Theory]
    [InlineData("openid,profile", true)]
    [InlineData("orders:read,orders:write", true)]
    [InlineData("openid, profile", true)]
    [InlineData("openid;profile", true)]
    [InlineData("openid+profile", true)]
    [InlineData("openid%20profile", true)]
    [InlineData("openid|profile", true)]
    [InlineData("openid profile orders:read https://api.example/a+b", false)]
    [InlineData("openid2", false)]
    [InlineData("", false)]
    public void Values_joined_by_something_else_are_noticed(string text, bool joined) => Assert.Equal(joined, Scope.TryParse(text)!.HasJoinedValues);

    [Fact]
    public void What_is_written_reads_the_same() => Always(a => Scope.TryParse(a.ToString())!.Equals(a));

    [Fact]
    public void Equality_is_that_of_sets() =>
        Always((a, b) => a.Equals(b) == (a.IsSubsetOf(b) && b.IsSubsetOf(a)) && (!a.Equals(b) || a.GetHashCode() == b.GetHashCode()));

    [Fact]
    public void Union_is_commutative_and_has_both() =>
        Always((a, b) => a.Union(b).Equals(b.Union(a)) && a.IsSubsetOf(a.Union(b)) && b.IsSubsetOf(a.Union(b)));

    [Fact]
    public void Intersection_is_commutative_and_in_both() =>
        Always((a, b) => a.Intersect(b).Equals(b.Intersect(a)) && a.Intersect(b).IsSubsetOf(a) && a.Intersect(b).IsSubsetOf(b));

    [Fact]
    public void Difference_and_intersection_part_a_scope() =>
        Always((a, b) => a.Except(b).Union(a.Intersect(b)).Equals(a) && a.Except(b).Intersect(b).IsEmpty);

    [Fact]
    public void A_union_with_a_subset_changes_nothing() => Always((a, b) => a.IsSubsetOf(b) == a.Union(b).Equals(b));

    [Fact]
    public void A_value_is_contained_where_it_alone_is_a_subset() =>
        Always((a, b) => b.Values.All(value => a.Contains(value) == Scope.TryParse(value)!.IsSubsetOf(a)));

    private static void Always(Func<Scope, bool> law) => Any.Always(Any.ScopeText, text => law(Scope.TryParse(text)!));

    private static void Always(Func<Scope, Scope, bool> law) =>
        Any.Always(Any.ScopeText.Two(), texts => law(Scope.TryParse(texts.Item1)!, Scope.TryParse(texts.Item2)!));
}
