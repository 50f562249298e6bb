using System.Net;
using Azure;
using Azure.Core.Pipeline;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What the stores make of the table service's refusals.</summary>
public class RefusalTests(Embedded service) : IClassFixture<Embedded>
{
    private const string Quoted = "a part of the row";

    /// <summary>Refuses what a path fits, some times; the rest goes to the service.</summary>
    private sealed class Refuses(HttpStatusCode status, string code, string path, int times = int.MaxValue) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int left = times;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            if (!request.RequestUri!.AbsolutePath.Contains(path, StringComparison.Ordinal) || Interlocked.Decrement(ref left) < 0)
                return base.SendAsync(request, cancellation);
            var json = $$$"""{"odata.error": {"code": "{{{code}}}", "message": {"lang": "en-US", "value": "{{{Quoted}}}"} } }""";
            var answer = new HttpResponseMessage(status) { Content = new StringContent(json, null, "application/json"), RequestMessage = request };
            answer.Headers.Add("retry-after-ms", "7");
            return Task.FromResult(answer);
        }
    }

    private GrantStore Grants(HttpStatusCode status, string code, string path = "expiring", int times = int.MaxValue) =>
        new(Tables.Connect(service.ConnectionString, null, options =>
            options.Transport = new HttpClientTransport(new HttpClient(new Refuses(status, code, path, times)))));

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "TooManyRequests"), InlineData(HttpStatusCode.ServiceUnavailable, "ServerBusy")]
    public async Task A_busy_service_is_a_failure_that_says_how_long_to_wait(HttpStatusCode status, string code)
    {
        var grants = Grants(status, code);
        foreach (var call in new[] { () => grants.FindAsync(Some.Id(), default), () => grants.InsertAsync(Some.Grant(), default) })
        {
            var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(call);
            Assert.Equal(((int)status, code), (failure.Status, failure.ErrorCode));
            Assert.Equal(TimeSpan.FromMilliseconds(7), RetryAfter.Of(failure.GetRawResponse()!));
        }
    }

    [Fact]
    public async Task A_service_that_is_busy_once_is_asked_again()
    {
        var (grants, grant) = (Grants(HttpStatusCode.ServiceUnavailable, "ServerBusy", times: 1), Some.Grant());
        await grants.InsertAsync(grant, default);
        Assert.NotNull(await grants.FindAsync(grant.Id, default));
    }

    [Fact]
    public async Task A_failure_quotes_nothing_of_the_answer_which_may_quote_the_row()
    {
        var grants = Grants(HttpStatusCode.BadRequest, "InvalidInput");
        var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(() => grants.InsertAsync(Some.Grant(), default));
        Assert.Equal("InvalidInput", failure.ErrorCode);
        Assert.DoesNotContain(Quoted, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_table_is_made_once()
    {
        var (grants, grant) = (Grants(HttpStatusCode.NotFound, "TableNotFound", times: 1), Some.Grant());
        await grants.InsertAsync(grant, default);
        Assert.NotNull(await grants.FindAsync(grant.Id, default));
        var never = Grants(HttpStatusCode.NotFound, "TableNotFound");
        var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(() => never.InsertAsync(Some.Grant(), default));
        Assert.Equal("TableNotFound", failure.ErrorCode);
    }

    [Fact]
    public async Task A_table_that_is_being_deleted_is_a_failure_and_no_lost_race()
    {
        var grants = Grants(HttpStatusCode.Conflict, "TableBeingDeleted");
        var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(() => grants.InsertAsync(Some.Grant(), default));
        Assert.Equal((409, "TableBeingDeleted"), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public async Task A_race_that_is_lost_at_the_second_try_stays_lost()
    {
        var (grant, sure) = (Some.Grant(), new GrantStore(Connect.To(service)));
        await sure.InsertAsync(grant, default);
        var read = (await sure.FindAsync(grant.Id, default))!;
        Assert.True(await sure.TryReplaceAsync(read, grant.Redeemed(null), default));
        Assert.False(await Grants(HttpStatusCode.ServiceUnavailable, "ServerBusy", times: 1).TryReplaceAsync(read, grant.Redeemed(null), default));
    }
}
