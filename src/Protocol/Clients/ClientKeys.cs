using System.Text;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>A workload whose own issuer vouches for it, and whose assertion is therefore a client's credential.</summary>
/// <param name="Issuer">The <c>iss</c>, a registered <see cref="TrustedIssuer"/>.</param>
/// <param name="Subject">The <c>sub</c>, compared exactly.</param>
/// <param name="Audience">The <c>aud</c>; null: what the trusted issuer's registration says.</param>
public sealed record FederatedCredential(string Issuer, string Subject, string? Audience)
{
    public override string ToString() => Audience is null ? $"{Subject} of {Issuer}" : $"{Subject} of {Issuer} for {Audience}";
}

/// <summary>What a client that uses <c>private_key_jwt</c> proves itself with: keys of its own, or an issuer that vouches for it.</summary>
public sealed record ClientKeys
{
    public static readonly ClientKeys None = new();

    private const int MaxFederated = 20;
    private const int MaxLength = 30_000;

    /// <summary>Its own (<c>jwks</c>, <c>jwks_uri</c>; RFC 7591 §2).</summary>
    public KeySource Own { get; init; } = new();

    public IReadOnlyList<FederatedCredential> Federated { get; init; } = [];

    public bool IsNone => Own.IsNone && Federated.Count == 0;

    /// <summary>What must hold before it is stored, in sentences for the operator.</summary>
    public IEnumerable<string> Problems(Client client)
    {
        var isUsed = client.TokenEndpointAuthMethods.Contains(ClientAuthenticationMethods.PrivateKeyJwt);
        if (isUsed && IsNone)
            yield return "private_key_jwt needs keys: --jwks, --jwks-uri, or --federated-issuer and --federated-subject.";
        if (!isUsed && !IsNone)
            yield return "Keys need --auth-method private_key_jwt, alone or beside the ways to send a secret.";
        foreach (var problem in Own.Problems())
            yield return problem;
        if (Federated.Count > MaxFederated || ToJson()?.Length > MaxLength)
            yield return $"A client may have at most {MaxFederated} federated credentials, and with its keys at most {MaxLength} characters.";
        foreach (var credential in Federated)
        {
            if (TrustedIssuer.ProblemWithIssuer(credential.Issuer) is { } problem)
                yield return $"The federated issuer {problem}.";
            if (!new[] { credential.Subject, credential.Audience ?? "-" }.All(VisibleText.IsGood))
                yield return $"Federated subject and audience: {VisibleText.Rule}.";
        }
    }

    /// <summary>Null where there are none.</summary>
    public string? ToJson() =>
        IsNone
            ? null
            : Encoding.UTF8.GetString(Json.Object(writer =>
            {
                Own.Write(writer);
                writer.WriteStartArray("federated");
                foreach (var credential in Federated)
                    Write(writer, credential);
                writer.WriteEndArray();
            }));

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    public static ClientKeys FromJson(string? json)
    {
        if (json is null)
            return None;
        using var read = JsonDocument.Parse(json);
        var federated = read.RootElement.GetProperty("federated").EnumerateArray();
        return new ClientKeys { Own = KeySource.Read(read.RootElement), Federated = [.. federated.Select(ToCredential)] };
    }

    private static void Write(Utf8JsonWriter writer, FederatedCredential credential)
    {
        writer.WriteStartArray();
        foreach (var part in new[] { credential.Issuer, credential.Subject, credential.Audience ?? "" })
            writer.WriteStringValue(part);
        writer.WriteEndArray();
    }

    private static FederatedCredential ToCredential(JsonElement parts) =>
        new(parts[0].GetString()!, parts[1].GetString()!, parts[2].GetString() is { Length: > 0 } audience ? audience : null);
}
