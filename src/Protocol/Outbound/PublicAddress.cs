using System.Net;

namespace Postern.Protocol;

/// <summary>
/// Tells addresses of the public internet from all that a stranger must not have this server call: its own machine, its network,
/// its cloud's metadata (IANA's special-purpose registries, RFC 6890).
/// </summary>
public static class PublicAddress
{
    // What is not on this list is public.
    private static readonly IPNetwork[] SpecialIPv4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            // Azure's own for DNS, health probes and agents: it looks public and answers inside only.
            "168.63.129.16/32",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Within it: protocol assignments and Teredo, documentation, 6to4. NAT64 and all other forms with an IPv4 address in them are outside.
    private static readonly IPNetwork[] SpecialIPv6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse),
    ];

    /// <summary>False for private, link-local, shared, loopback, multicast, documentation and unspecified ones, in whatever form.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var actual = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return actual.GetAddressBytes().Length == 4
            ? !SpecialIPv4.Any(network => network.Contains(actual))
            : GlobalUnicast.Contains(actual) && !SpecialIPv6.Any(network => network.Contains(actual));
    }

    /// <summary>This machine, in whatever form.</summary>
    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
