using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6890, "2.2")]
public class PublicAddressTests
{
    /// <summary>IPv4 addresses that are none of the public internet, the first and the last of each range among them.</summary>
    public static TheoryData<string> SpecialIPv4 =>
        [
            "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
            "169.254.0.1", "169.254.169.254", "168.63.129.16", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
            "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
            "240.0.0.1", "255.255.255.255",
        ];

    [Theory]
    [MemberData(nameof(SpecialIPv4))]
    public void No_special_IPv4_address_is_public_in_whatever_form(string text)
    {
        var address = IPAddress.Parse(text);
        var hex = Convert.ToHexStringLower(address.GetAddressBytes());
        var (high, low) = (hex[..4], hex[4..]);
        Assert.False(PublicAddress.IsPublic(address));
        Assert.All(
            [$"::ffff:{text}", $"::{text}", $"64:ff9b::{high}:{low}", $"64:ff9b:1::{high}:{low}", $"2002:{high}:{low}::1", $"2001::{high}:{low}"],
            form => Assert.False(PublicAddress.IsPublic(IPAddress.Parse(form)), form)
        );
    }

    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff:ffff::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fd00:ec2::254")]
    public void No_special_IPv6_address_is_public(string text) => Assert.False(PublicAddress.IsPublic(IPAddress.Parse(text)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:829::200e")]
    public void Others_are_public(string text) => Assert.True(PublicAddress.IsPublic(IPAddress.Parse(text)));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    public void Loopback_is_this_machine_in_whatever_form(string text, bool isLoopback) =>
        Assert.Equal(isLoopback, PublicAddress.IsLoopback(IPAddress.Parse(text)));
}
