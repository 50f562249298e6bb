namespace Postern.Tests;

/// <summary>What the modules of the conformance suite ask that no other test does.</summary>
public class AlternateFlowTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Conformance("oidcc-alternate-happy-flow")]
    [Fact, Rfc(6749, "3.3")]
    public async Task Neither_the_order_of_scope_values_nor_that_of_parameters_matters()
    {
        var flow = new Flow(shared.Server, "own");
        var reversed = flow.Parameters(("scope", "api:read email profile openid")).Reverse();
        var browser = await shared.Server.SignedInAsync();
        await browser.GoAsync("/authorize?" + string.Join('&', reversed.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}")));
        var tokens = await flow.RedeemAsync(browser.Sent("code")!);
        Assert.Equal("api:read email openid profile", tokens.Text("scope"));
    }
}
