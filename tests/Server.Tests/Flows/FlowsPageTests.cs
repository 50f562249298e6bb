namespace Postern.Tests;

/// <summary>FLOWS.md is what the flows say when they are walked through. <c>UPDATE_FLOWS=1</c> writes it anew.</summary>
public class FlowsPageTests
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_FLOWS") == "1";

    public static TheoryData<string> Titles => [.. Recorded.All.Select(flow => flow.Title)];

    [Theory, MemberData(nameof(Titles))]
    public async Task A_flow_is_on_the_page_as_it_goes(string title)
    {
        var flow = Recorded.All.Single(flow => flow.Title == title);
        var section = await flow.RecordAsync();
        if (!IsUpdate)
            Assert.Equal(section, FlowsPage.Section(await PageAsync(), flow));
    }

    [Fact]
    public async Task The_page_says_which_flow_for_which_app_and_has_those_that_are_recorded_and_no_others()
    {
        if (IsUpdate)
        {
            var sections = new List<string>();
            foreach (var flow in Recorded.All)
                sections.Add(await flow.RecordAsync());
            await File.WriteAllTextAsync(FlowsPage.File, string.Join('\n', [FlowsPage.Head, .. sections]), TestContext.Current.CancellationToken);
        }
        var page = await PageAsync();
        Assert.StartsWith(FlowsPage.Head, page, StringComparison.Ordinal);
        Assert.Equal(Recorded.All.Select(flow => flow.Title), Documents.All(page, "^## (.*)$"));
    }

    [Fact]
    public async Task A_run_is_the_same_text_each_time_and_has_no_secret()
    {
        foreach (var flow in Recorded.All)
        {
            var section = await flow.RecordAsync();
            Assert.Equal(section, await flow.RecordAsync());
            Assert.DoesNotContain(RemoteServer.Secret, section, StringComparison.Ordinal);
            Assert.DoesNotContain("eyJhbGciOi", section, StringComparison.Ordinal);
        }
    }

    private static Task<string> PageAsync() => File.ReadAllTextAsync(FlowsPage.File, TestContext.Current.CancellationToken);
}
