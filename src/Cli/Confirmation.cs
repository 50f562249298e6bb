using System.CommandLine;

namespace Postern.Cli;

/// <summary>Asks before something that cannot be taken back, unless it was answered on the command line.</summary>
internal sealed class Confirmation
{
    private readonly Option<bool> yes = new("--yes") { Description = "Do it without asking." };

    public Confirmation(Command command) => command.Add(yes);

    /// <summary>False, after it has told why, where the answer is no or there is nobody to ask.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="consequence">What will be, as a sentence.</param>
    public bool Permits(Invocation invocation, string consequence)
    {
        if (invocation.Parsed.GetValue(yes))
            return true;
        if (invocation.Terminal.Ask is not { } ask)
            invocation.Tell($"{consequence} There is no terminal to ask: give --yes if that is what you want.");
        else if (ask($"{consequence} Go on? [y/N] ").Trim() is "y" or "Y" or "yes")
            return true;
        else
            invocation.Tell("Nothing was done.");
        return false;
    }
}
