namespace Postern.Server;

/// <summary>How a function is open to callers: beside <c>[Function]</c> on an endpoint's method. Another method of HTTP gets 405.</summary>
/// <param name="methods">The methods it answers. HEAD stands only beside a GET that changes nothing.</param>
[AttributeUsage(AttributeTargets.Method)]
internal abstract class OpenAttribute(string[] methods) : Attribute
{
    public string[] Methods => methods;
}

/// <summary>How often a timer is due in a server that runs alone, in minutes; every six hours where nothing is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryAttribute(int minutes) : Attribute
{
    public TimeSpan Interval => TimeSpan.FromMinutes(minutes);
}

/// <summary>For people in browsers: errors are pages, and no other origin may call it.</summary>
internal sealed class PageAttribute(params string[] methods) : OpenAttribute(methods);

/// <summary>For clients and operators on their back channel.</summary>
internal sealed class BackChannelAttribute(params string[] methods) : OpenAttribute(methods);

/// <summary>
/// For clients that run in a browser too. Every origin may call; which of them may read the answer says <see cref="CrossOriginHeaders"/>.
/// </summary>
internal sealed class CrossOriginAttribute(params string[] methods) : OpenAttribute(methods);
