using System.Text.Json;

namespace Postern.Protocol;

/// <summary>Who acts for the subject of a token, and who did before (RFC 8693 §4.1).</summary>
/// <param name="Subject">Its <c>sub</c>: a person, or a client by its id.</param>
/// <param name="Issuer">Who knows it by that; null: the issuer of the token.</param>
/// <param name="Prior">For whom it stands in: the actor of the token that was exchanged.</param>
public sealed record Actor(string Subject, string? Issuer, Actor? Prior)
{
    /// <summary>Most actors behind one another, and most exchanges: a longer way is a loop, or nobody's intention.</summary>
    public const int MaxDepth = 4;

    public const string Claim = "act";

    /// <summary>How many stand behind one another.</summary>
    public int Depth => 1 + (Prior?.Depth ?? 0);

    /// <summary>Writes the claim.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(Claim);
        writer.WriteString("sub", Subject);
        if (Issuer is not null)
            writer.WriteString("iss", Issuer);
        Prior?.Write(writer);
        writer.WriteEndObject();
    }

    /// <summary>Reads the claim of a token of another issuer, who knows those in it unless they name yet another.</summary>
    /// <returns>False: it is none of this shape.</returns>
    public static bool TryRead(JsonElement? claim, string issuer, out Actor? actor)
    {
        actor = null;
        if (claim is not { } act)
            return true;
        try
        {
            actor = ReadOne(act).KnownTo(issuer);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads the claim out of claims; null where there is none.</summary>
    /// <exception cref="FormatException">It is none of this shape, and nothing may be left out of who acted.</exception>
    public static Actor? Read(JsonElement claims) => claims.TryGetProperty(Claim, out var act) ? ReadOne(act) : null;

    private static Actor ReadOne(JsonElement act) =>
        act.ValueKind == JsonValueKind.Object && Text(act, "sub") is { } subject
            ? new Actor(subject, Text(act, "iss"), Read(act))
            : throw new FormatException("act is not an object with a sub");

    private Actor KnownTo(string issuer) => this with { Issuer = Issuer ?? issuer, Prior = Prior?.KnownTo(issuer) };

    private static string? Text(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new FormatException($"{name} of act is no text");
}
