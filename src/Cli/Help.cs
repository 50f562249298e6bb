using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Postern.Cli;

/// <summary>The usual help, in which the commands below are a line each: their examples are in their own.</summary>
internal sealed class Help(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var below in parseResult.CommandResult.Command.Subcommands)
            below.Description = below.Description?.Split('\n')[0];
        return usual.Invoke(parseResult);
    }
}
