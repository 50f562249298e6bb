namespace Postern.Storage;

/// <summary>What Table Storage takes as a key. A stranger's text that is none names no row.</summary>
internal static class TableKeys
{
    /// <summary>Azurite's limit; the service's is 1 KiB.</summary>
    private const int MaxLength = 512;

    public static bool IsKey(string text) =>
        text.Length <= MaxLength && text.All(c => c is not ('/' or '\\' or '#' or '?' or '%' or '+') && !char.IsControl(c) && !char.IsSurrogate(c));
}
