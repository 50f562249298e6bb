using System.Text.Json;
using Microsoft.AspNetCore.Routing.Template;
using Postern.FunctionsHost.Rpc;

namespace Postern.FunctionsHost;

/// <summary>A function that the worker has named, as its trigger's binding describes it.</summary>
public sealed class Function
{
    private readonly JsonElement trigger;
    private readonly TemplateMatcher? route;

    internal Function(RpcFunctionMetadata metadata, string routePrefix)
    {
        Metadata = metadata;
        trigger = metadata.RawBindings
            .Select(binding => JsonDocument.Parse(binding).RootElement)
            .Single(binding => Text(binding, "type")?.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase) == true);
        if (!IsHttp)
            return;
        Route = $"{routePrefix}/{Text(trigger, "route") ?? Name}".Trim('/');
        var template = TemplateParser.Parse(Route);
        route = new TemplateMatcher(template, []);
        Precedence = RoutePrecedence.ComputeInbound(template);
    }

    public string Name => Metadata.Name;

    public bool IsHttp => IsOfType("httpTrigger");

    public bool IsTimer => IsOfType("timerTrigger");

    /// <summary>With the prefix of host.json, no slash around it; empty for what is no HTTP trigger.</summary>
    public string Route { get; } = "";

    /// <summary>Upper case; empty: whatever method.</summary>
    public IReadOnlyList<string> Methods =>
        trigger.TryGetProperty("methods", out var methods) && methods.ValueKind == JsonValueKind.Array
            ? [.. methods.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())]
            : [];

    /// <summary>Six fields, or a setting's name between percent signs.</summary>
    public string? Schedule => Text(trigger, "schedule");

    /// <summary>Whether a caller needs no key.</summary>
    public bool IsAnonymous => string.Equals(Text(trigger, "authLevel"), "anonymous", StringComparison.OrdinalIgnoreCase);

    internal RpcFunctionMetadata Metadata { get; }

    /// <summary>Of several routes that fit, the one with the lowest is meant.</summary>
    internal decimal Precedence { get; }

    /// <summary>The name of the parameter that takes what triggers it.</summary>
    internal string Parameter => Text(trigger, "name")!;

    internal bool Matches(string method, PathString path) =>
        route?.TryMatch(path, []) == true && (Methods.Count == 0 || Methods.Contains(method));

    private bool IsOfType(string type) => string.Equals(Text(trigger, "type"), type, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
