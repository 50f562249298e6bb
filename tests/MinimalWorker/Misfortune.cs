using Microsoft.Azure.Functions.Worker;

namespace Postern.MinimalWorker;

/// <summary>Functions that fail, take their time, or end the process; and the one that tells what became of them.</summary>
public static class Misfortune
{
    private static int cancelled;
    private static int aborted;
    private static volatile string timer = "never";

    /// <summary>How far it gets before it throws is the query's <c>after</c>: nothing, <c>write</c> or <c>flush</c>.</summary>
    [Function("throw")]
    public static async Task ThrowAsync([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request)
    {
        var after = request.Query["after"];
        if (after == "write" || after == "flush")
            await request.HttpContext.Response.WriteAsync("partial");
        if (after == "flush")
            await request.HttpContext.Response.Body.FlushAsync();
        throw new InvalidOperationException("A function that throws.");
    }

    /// <summary>Takes <c>ms</c>; with <c>deaf</c> it does not obey.</summary>
    [Function("slow")]
    public static async Task<IResult> SlowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request,
        CancellationToken cancellation
    )
    {
        using var counted = cancellation.Register(() => Interlocked.Increment(ref cancelled));
        using var left = request.HttpContext.RequestAborted.Register(() => Interlocked.Increment(ref aborted));
        var time = TimeSpan.FromMilliseconds(int.Parse(request.Query["ms"].ToString(), null));
        await Task.Delay(time, request.Query.ContainsKey("deaf") ? CancellationToken.None : cancellation);
        return Results.Text("done");
    }

    /// <summary>Ends the process as a fault does that nothing catches.</summary>
    [Function("poison")]
    public static void Poison([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Environment.Exit(request.Method.Length);

    [Function("tick")]
    public static void Tick([TimerTrigger("0 0 3 * * *")] TimerInfo info) =>
        timer = $"{info.ScheduleStatus?.Next:O} {info.IsPastDue}";

    [Function("tock")]
    public static void Tock([TimerTrigger("%TOCK%")] TimerInfo info) => throw new InvalidOperationException($"Past due: {info.IsPastDue}");

    [Function("state")]
    public static IResult State([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        Results.Json(new { Process = Environment.ProcessId, Cancelled = cancelled, Aborted = aborted, Timer = timer, request.Method });
}
