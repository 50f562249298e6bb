namespace Postern.Tests;

/// <summary>How long a comparison takes must not tell how much of a secret was right (RFC 6819 §4.4.1.3 and others).</summary>
public class ComparisonTests
{
    // What they compare is public.
    private static readonly string[] OfPublicKeys = ["JwksEndpoint.cs", "WrappingKey.cs"];

    [Fact]
    public void Bytes_are_compared_in_constant_time_unless_they_are_public() =>
        Assert.Equal(
            OfPublicKeys,
            from file in Sources.Files
            where file.Lines.Any(line => line.Contains("SequenceEqual", StringComparison.Ordinal))
            orderby Path.GetFileName(file.Path)
            select Path.GetFileName(file.Path)
        );

    [Fact]
    public void Hashes_are_compared_by_the_one_way_that_is_constant_in_time() =>
        Assert.Empty(
            from file in Sources.Files
            from line in file.Lines.Index()
            where line.Item.Contains("Hash ==", StringComparison.Ordinal) || line.Item.Contains("Hash.Equals", StringComparison.Ordinal)
            select $"{file.Path}:{line.Index + 1}"
        );

    [Fact]
    public void That_way_is_the_frameworks() =>
        Assert.Contains(
            Sources.Files.Single(file => Path.GetFileName(file.Path) == "Strict.cs").Lines,
            line => line.Contains("CryptographicOperations.FixedTimeEquals(stored, presented)", StringComparison.Ordinal)
        );
}
