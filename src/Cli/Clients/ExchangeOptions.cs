using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what a client may have in exchange for whose tokens. What is not given stays as it is.</summary>
internal sealed class ExchangeOptions
{
    private readonly Option<string[]> from = new("--exchange-from")
    {
        Description = "A client, or a trusted issuer, whose tokens it may exchange (RFC 8693); repeat it for several, \"\" for none.",
        HelpName = "client-id",
    };
    private readonly Option<string[]> to = new("--exchange-to")
    {
        Description = "An audience and the scope it may have there at most, in one text; repeat it for several, \"\" for none.",
        HelpName = "audience scope",
    };
    private readonly Option<bool?> impersonation = new("--exchange-impersonation")
    {
        Description = "What it gets in exchange does not say that it acts for somebody. 'false' to say so again.",
    };
    private readonly Option<string[]> onBehalfOf = new("--on-behalf-of")
    {
        Description = "An API that it may call for people, and the scope it may have there: you consent for them; repeat it, \"\" for none.",
        HelpName = "audience scope",
    };

    public ExchangeOptions(Command command)
    {
        Option[] all = [from, to, impersonation, onBehalfOf];
        foreach (var option in all)
            command.Add(option);
    }

    /// <summary>The client with what was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="client">As it is.</param>
    /// <param name="problems">Receives what does not even parse.</param>
    public Client Apply(ParseResult parsed, Client client, List<string> problems)
    {
        var current = client.Exchange ?? new ExchangePolicy();
        var next = new ExchangePolicy
        {
            From = Given(parsed, from) is { } ids ? Ids(ids, problems) : current.From,
            To = Given(parsed, to) is { } targets ? Targets(to, targets, problems) : current.To,
            MayImpersonate = parsed.GetValue(impersonation) ?? current.MayImpersonate,
            OnBehalfOf = Given(parsed, onBehalfOf) is { } others ? Targets(onBehalfOf, others, problems) : current.OnBehalfOf,
        };
        var isNothing = next is { From.Count: 0, To.Count: 0, MayImpersonate: false, OnBehalfOf.Count: 0 };
        return client with { Exchange = isNothing ? null : next };
    }

    // A text without anything is how a list is emptied.
    private static string[]? Given(ParseResult parsed, Option<string[]> option) =>
        parsed.GetValue(option) is { Length: > 0 } given ? [.. given.Where(text => text.Length > 0).Distinct()] : null;

    private static string[] Ids(string[] given, List<string> problems)
    {
        foreach (var id in given.Where(id => id.AsSpan().ContainsAny(',', ';', ' ')))
            problems.Add($"{id}: give each client by itself: --exchange-from <one> --exchange-from <another>.");
        return given;
    }

    private static TokenTarget[] Targets(Option<string[]> option, string[] given, List<string> problems)
    {
        foreach (var text in given.Where(text => TokenTarget.TryParse(text) is null))
            problems.Add($"{text}: {option.Name} is an audience and, behind a space, scope values: \"https://api.example.com orders:read\".");
        return [.. given.Select(TokenTarget.TryParse).OfType<TokenTarget>()];
    }
}
