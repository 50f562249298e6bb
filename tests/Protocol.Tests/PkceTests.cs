using Postern.Protocol;

namespace Postern.Tests;

public class PkceTests
{
    [Fact, Rfc(7636, "B")]
    public void The_verifier_of_the_appendix_matches_its_challenge() =>
        Assert.Null(Pkce.RefusesVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}
