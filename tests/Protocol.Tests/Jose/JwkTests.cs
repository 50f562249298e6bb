using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

public class JwkTests
{
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private static readonly Jwk RsaOfTheRfc = Jwk.FromRsa(
        Bytes(
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"
                + "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k"
                + "G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
        ),
        Bytes("AQAB")
    );

    private static readonly Jwk EcOfTheRfc = Jwk.FromP256(
        Bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
        Bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
    );

    private static readonly byte[] RsaSignature = Bytes(
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
            + "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
            + "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );

    private static readonly byte[] EcSignature = Bytes("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");

    private static readonly byte[] RsaInput = Encoding.ASCII.GetBytes($"eyJhbGciOiJSUzI1NiJ9.{Payload}");
    private static readonly byte[] EcInput = Encoding.ASCII.GetBytes($"eyJhbGciOiJFUzI1NiJ9.{Payload}");

    [Fact, Rfc(7515, "A.2")]
    public void The_RS256_example_verifies() => Assert.True(RsaOfTheRfc.Verifies("RS256", RsaInput, RsaSignature));

    [Fact, Rfc(7515, "A.3")]
    public void The_ES256_example_verifies() => Assert.True(EcOfTheRfc.Verifies("ES256", EcInput, EcSignature));

    [Theory, Rfc(8725, "3.1")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS384")]
    [InlineData("HS256")]
    [InlineData("none")]
    [InlineData("rs256")]
    [InlineData("")]
    public void An_RSA_signature_verifies_by_its_own_algorithm_only(string algorithm) =>
        Assert.False(RsaOfTheRfc.Verifies(algorithm, RsaInput, RsaSignature));

    [Theory, Rfc(8725, "3.1")]
    [InlineData("RS256")]
    [InlineData("ES384")]
    [InlineData("HS256")]
    [InlineData("none")]
    public void An_EC_signature_verifies_by_its_own_algorithm_only(string algorithm) =>
        Assert.False(EcOfTheRfc.Verifies(algorithm, EcInput, EcSignature));

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void A_signature_of_every_algorithm_verifies_until_a_bit_of_it_changes(string algorithm)
    {
        var (key, signed) = (SomeKey.For(algorithm), "signed"u8.ToArray());
        var signature = key.Sign(algorithm, signed);
        Assert.True(key.Jwk.Verifies(algorithm, signed, signature));
        Assert.All(
            Enumerable.Range(0, signature.Length),
            at => Assert.False(key.Jwk.Verifies(algorithm, signed, [.. signature.Select((b, i) => i == at ? (byte)(b ^ 1) : b)]))
        );
    }

    [Theory, Rfc(7518, "3.4")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(72)] // as DER has them
    [InlineData(256)]
    [InlineData(5000)]
    public void A_signature_of_another_length_is_false_and_no_exception(int length)
    {
        Assert.False(EcOfTheRfc.Verifies("ES256", EcInput, new byte[length]));
        Assert.False(RsaOfTheRfc.Verifies("RS256", RsaInput, new byte[length]));
        Assert.False(RsaOfTheRfc.Verifies("PS256", RsaInput, new byte[length]));
    }

    [Fact, Rfc(7518, "3.4")]
    public void Zeros_sign_nothing() => Assert.False(EcOfTheRfc.Verifies("ES256", EcInput, new byte[64]));

    [Fact, Rfc(7638, "3.1")]
    public void The_key_id_is_the_thumbprint_of_the_example()
    {
        var key = Jwk.FromRsa(
            Bytes(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t"
                    + "Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
                    + "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
            ),
            Bytes("AQAB")
        );
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.KeyId);
    }

    [Fact, Rfc(7517, "4"), Rfc(7518, "6.3.1")]
    public void An_RSA_key_is_published_with_its_public_members_only()
    {
        var json = Json(RsaOfTheRfc);
        Assert.Equal(["e", "kid", "kty", "n", "use"], json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("RSA", "AQAB", "sig"), (Text(json, "kty"), Text(json, "e"), Text(json, "use")));
        Assert.Equal(RsaOfTheRfc.KeyId, Text(json, "kid"));
    }

    [Fact, Rfc(7517, "4"), Rfc(7518, "6.2.1")]
    public void An_EC_key_is_published_with_its_public_members_only()
    {
        var json = Json(EcOfTheRfc);
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("EC", "P-256", "ES256"), (Text(json, "kty"), Text(json, "crv"), Text(json, "alg")));
        Assert.Equal("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", Text(json, "x"));
    }

    [Fact]
    public void Keys_are_equal_by_their_thumbprint()
    {
        var same = Jwk.FromP256(
            Bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            Bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
        );
        Assert.Equal(EcOfTheRfc, same);
        Assert.NotEqual(EcOfTheRfc, RsaOfTheRfc);
        Assert.NotEqual(SomeKey.Rsa.Jwk.KeyId, SomeKey.Strange.Jwk.KeyId);
    }

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static JsonElement Json(Jwk key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            key.Write(writer);
        return JsonDocument.Parse(stream.ToArray()).RootElement.Clone();
    }
}
