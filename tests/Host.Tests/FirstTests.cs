using System.Net;

namespace Postern.Tests;

public class FirstTests(MinimalHost minimal) : IClassFixture<MinimalHost>
{
    [Fact]
    public async Task A_function_that_throws_is_500_though_the_workers_web_server_says_200()
    {
        Assert.Equal((HttpStatusCode.InternalServerError, ""), await StatusAndBody("throw"));
        Assert.Equal(HttpStatusCode.OK, (await minimal.GetAsync("state")).Status);
    }

    private async Task<(HttpStatusCode, string)> StatusAndBody(string path)
    {
        var answer = await minimal.GetAsync(path);
        return (answer.Status, answer.Body);
    }
}
