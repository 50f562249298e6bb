using System.Text.RegularExpressions;
using Postern.Protocol;

namespace Postern.Tests;

public partial class DependencyTests
{
    [Fact]
    public void Protocol_needs_nothing_but_the_base_class_library_and_JWTs()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = typeof(Handle).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).ToArray();
        Assert.Contains("System.Runtime", references);
        string[] tokens = ["Microsoft.IdentityModel.JsonWebTokens", "Microsoft.IdentityModel.Tokens"];
        Assert.All(references.Except(tokens), name => Assert.True(File.Exists(Path.Combine(framework, name + ".dll")), name));
    }

    [Fact]
    public void Protocol_does_no_input_or_output()
    {
        string[] forbidden = ["System.Net.Http", "System.Net.Sockets", "System.Console", "System.Threading.Tasks", "System.IO.FileSystem"];
        Assert.Empty(typeof(Handle).Assembly.GetReferencedAssemblies().Select(reference => reference.Name).Intersect(forbidden));
    }

    [Fact, Rfc(6749, "5.2")]
    public void Every_sentence_for_the_wire_keeps_to_the_characters_allowed()
    {
        var matches = Sources.Files.SelectMany(file => Description().Matches(string.Join('\n', file.Lines)));
        var sentences = matches.Select(match => match.Groups["text"].Value).ToArray();
        Assert.True(sentences.Length > 20, "too few sentences were found to believe the search");
        Assert.All(sentences, sentence => Assert.DoesNotContain(sentence, c => c is '\\' or < ' ' or > '~'));
    }

    // The factories whose parameter is sent as it is.
    [GeneratedRegex(
        """(InvalidRequest|UnauthorizedClient|InvalidScope|AccessDenied|InsufficientScope|Refuse)\(\s*\$?"(?<text>[^"\\]*(\\.[^"\\]*)*)"\s*\)"""
    )]
    private static partial Regex Description();
}
