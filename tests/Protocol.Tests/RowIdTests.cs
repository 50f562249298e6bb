using System.Buffers.Text;
using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

public class RowIdTests
{
    [Fact]
    public void An_id_is_read_back_as_it_was_written() =>
        Any.Always(
            FsCheck.Fluent.Gen.Choose(0, ushort.MaxValue).SelectMany(day => Any.Bytes(16).Select(random => (day, random))),
            made =>
            {
                var expiresAt = new DateTimeOffset(2020, 1, 1, 23, 59, 59, TimeSpan.Zero).AddDays(made.day);
                var id = RowId.For(expiresAt, made.random);
                return id.Day == DateOnly.FromDateTime(expiresAt.UtcDateTime) && id.ToString().Length == 24 && RowId.TryParse(id.ToString()) == id;
            }
        );

    [Fact]
    public void Every_24_characters_of_base64url_are_an_id_and_spelled_so()
    {
        Any.Always(Any.Bytes(18), bytes => RowId.TryParse(Base64Url.EncodeToString(bytes))?.ToString() == Base64Url.EncodeToString(bytes));
        Assert.Equal(new DateOnly(2199, 6, 6), RowId.TryParse("__" + new string('_', 22))?.Day);
    }

    [Fact]
    public void The_day_is_that_of_UTC()
    {
        var lateInNewYork = new DateTimeOffset(2026, 11, 21, 22, 0, 0, TimeSpan.FromHours(-5));
        Assert.Equal(new DateOnly(2026, 11, 22), RowId.For(lateInNewYork, Some.Bytes(16)).Day);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("AAAAAAAAAAAA AAAAAAAAAAA")]
    [InlineData("../../../../../../../../")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAé")]
    public void Anything_else_is_no_id(string? text) => Assert.Null(RowId.TryParse(text));
}
