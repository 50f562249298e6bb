using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// What a person typed and chose in a form of ours. Any character may stand in it: the rules for a client's parameters are not
/// for people, and each field's own rule says what is wrong with it.
/// </summary>
internal sealed class FormFields
{
    private readonly Dictionary<string, string?> values = new(StringComparer.Ordinal);

    private FormFields() { }

    /// <summary>The field as it was typed; null where it is absent or empty, stands twice, or is not UTF-8, which our pages never send.</summary>
    public string? this[string name] => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Parses a form body of one character a byte.</summary>
    public static FormFields Parse(string encoded)
    {
        var fields = new FormFields();
        foreach (var pair in encoded.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (FormUrlEncoded.DecodeText(equals < 0 ? pair : pair[..equals]) is not { } name)
                continue;
            var value = FormUrlEncoded.DecodeText(equals < 0 ? "" : pair[(equals + 1)..]);
            fields.values[name] = fields.values.ContainsKey(name) ? null : value;
        }
        return fields;
    }
}
