using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Postern.Server;

/// <summary>A function that answers requests.</summary>
/// <param name="Name">What Azure calls it.</param>
/// <param name="Route">Its path below the issuer, without a slash before it.</param>
/// <param name="Opening">By which methods it is called, and by whom.</param>
/// <param name="Handle">The endpoint's method.</param>
internal sealed record HttpFunction(string Name, string Route, OpenAttribute Opening, Func<HttpRequest, Task<IResult>> Handle);

/// <summary>A function that is due once in a while, by its own schedule under the Functions host.</summary>
/// <param name="Name">What Azure calls it.</param>
/// <param name="Interval">How often, where no Functions host is.</param>
/// <param name="Run">Does what is due.</param>
internal sealed record TimerFunction(string Name, TimeSpan Interval, Func<TimerInfo, CancellationToken, Task> Run);

/// <summary>
/// All functions: the methods that carry <c>[Function]</c>, on the endpoints they belong to. The Functions host reads the same
/// attributes from generated metadata, so what is open in one host is open in the other.
/// </summary>
internal sealed class Functions
{
    public Functions(Endpoints endpoints)
    {
        foreach (var method in typeof(Functions).Assembly.GetTypes().SelectMany(type => type.GetMethods()))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { Name: var name })
                continue;
            var endpoint = method.IsStatic ? null : endpoints[method.DeclaringType!];
            if (method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>() is { Route: { } route })
                Http.Add(new HttpFunction(name, route, Opening(method), method.CreateDelegate<Func<HttpRequest, Task<IResult>>>(endpoint)));
            else
                Timers.Add(new TimerFunction(name, Interval(method), method.CreateDelegate<Func<TimerInfo, CancellationToken, Task>>(endpoint)));
        }
    }

    public List<HttpFunction> Http { get; } = [];

    public List<TimerFunction> Timers { get; } = [];

    private static TimeSpan Interval(MethodInfo method) => method.GetCustomAttribute<EveryAttribute>()?.Interval ?? TimeSpan.FromHours(6);

    private static OpenAttribute Opening(MethodInfo method) =>
        method.GetCustomAttribute<OpenAttribute>() ?? throw new InvalidOperationException($"{method.Name} does not say to whom it is open.");
}
