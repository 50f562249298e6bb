using System.Globalization;

namespace Postern.Protocol;

/// <summary>
/// The parts of a <c>jti</c>: the origin, with which the token ends, and what makes it unique, with a dot between; and between the
/// two, where there is one, the generation of the refresh token beside it or the registration of who got it in exchange, behind a tilde, or on
/// behalf of somebody, behind a plus.
/// </summary>
/// <param name="Origin">The row id of a grant or the registration of a client; empty for an id of another shape.</param>
/// <param name="RefreshGeneration">Null: it came with no refresh token.</param>
/// <param name="Registration">Null: it was not exchanged.</param>
/// <param name="IsOnBehalfOf">Whether it was had as on-behalf-of has it.</param>
public readonly record struct TokenId(string Origin, int? RefreshGeneration, string? Registration, bool IsOnBehalfOf = false)
{
    private const char Exchange = '~';
    private const char OnBehalfOf = '+';

    /// <summary>The id of a token.</summary>
    /// <param name="unique">Random, without a dot.</param>
    public string With(string unique) =>
        RefreshGeneration is { } generation ? string.Create(CultureInfo.InvariantCulture, $"{Origin}.{generation}.{unique}")
        : Registration is not null ? $"{Origin}.{(IsOnBehalfOf ? OnBehalfOf : Exchange)}{Registration}.{unique}"
        : $"{Origin}.{unique}";

    public static TokenId Parse(string id) =>
        id.Split('.') switch
        {
            [var origin, _] => new(origin, null, null),
            [var origin, [var how and (Exchange or OnBehalfOf), .. var registration], _] => new(origin, null, registration, how == OnBehalfOf),
            [var origin, var text, _] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new(origin, number, null),
            _ => new("", null, null),
        };
}
