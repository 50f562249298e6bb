namespace Postern.Tests;

/// <summary>A flow on FLOWS.md.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Where">Where it is defined.</param>
/// <param name="Text">What it is, in a sentence or two.</param>
/// <param name="RunAsync">Walks through it.</param>
internal sealed record RecordedFlow(string Title, string Where, string Text, Func<Recording, Task> RunAsync)
{
    /// <summary>As GitHub makes it of the heading.</summary>
    public string Link => $"[{Title}](#{string.Concat(Title.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-')})";

    /// <summary>Heading, sentence, picture, requests and responses.</summary>
    public async Task<string> RecordAsync()
    {
        await using var server = await ExchangeServer.StartAsync();
        var recording = new Recording(server);
        await RunAsync(recording);
        return $"## {Title}\n\n{Where}. {Text}\n\n{recording}\n";
    }
}

/// <summary>Which flow for which app.</summary>
/// <param name="App">What somebody builds, or what they would have used elsewhere.</param>
/// <param name="Flows">What they use here.</param>
/// <param name="Registration">How the client is registered.</param>
internal sealed record FlowChoice(string App, RecordedFlow[] Flows, string Registration)
{
    public string Row => $"| {App} | {string.Join(", ", Flows.Select(flow => flow.Link))} | {Registration} |";
}

/// <summary>FLOWS.md.</summary>
internal static class FlowsPage
{
    public static string File { get; } = Path.Combine(Checkout.Folder, "FLOWS.md");

    public static string Head =>
        $"""
        # Flows

        Which flow for which app, and what goes over the wire. The tests walk through each flow and write this page, and fail where it is
        not true any more; `UPDATE_FLOWS=1 ./test server` writes it anew. Parameters are shown decoded, long lines broken, and what is
        secret or long cut to its first characters.

        | you build | flow | register it by `postern client add ID` and |
        |---|---|---|
        {string.Join('\n', Recorded.Choices.Select(choice => choice.Row))}

        | instead of | use |
        |---|---|
        {string.Join('\n', Recorded.Instead.Select(instead => $"| {instead.Of} | {instead.Use} |"))}

        """;

    /// <summary>The section of a flow on the page as it is; empty where there is none.</summary>
    public static string Section(string page, RecordedFlow flow)
    {
        var from = page.IndexOf($"## {flow.Title}\n", StringComparison.Ordinal);
        if (from < 0)
            return "";
        var to = page.IndexOf("\n## ", from, StringComparison.Ordinal);
        return to < 0 ? page[from..] : page[from..to];
    }
}
