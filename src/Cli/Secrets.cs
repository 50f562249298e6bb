using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Cli;

/// <summary>Secrets that are made here. They are shown once; what is kept is a hash.</summary>
internal static class Secrets
{
    public const string ShownOnce = "Keep it now: it is not shown again.";

    /// <summary>256 bits: no hash needs to be slow for it.</summary>
    public static string ForClient() => Random(32);

    /// <summary>128 bits: a person may have to type it.</summary>
    public static string ForPerson() => Random(16);

    /// <summary>A subject: opaque, and never the same twice.</summary>
    public static string Subject() => Random(16);

    /// <summary>What a person's sessions and grants, or a client's, must carry: never the same twice.</summary>
    public static string Stamp() => Random(16);

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
