using System.Security.Cryptography;

namespace Postern.Local;

/// <summary>What a local server keeps between starts. None of it is for anything but this computer.</summary>
/// <param name="chosen">The folder; null: <c>artifacts/local</c> of the checkout, which git ignores.</param>
internal sealed class LocalFiles(string? chosen)
{
    /// <summary>Full path of the folder, which exists.</summary>
    public string Folder { get; } = Directory.CreateDirectory(chosen ?? Default()).FullName;

    private static string Default()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Functions.sln")))
            root = root.Parent;
        return Path.Combine(root?.FullName ?? Environment.CurrentDirectory, "artifacts", "local");
    }

    /// <summary>The development signing keys, as PEM.</summary>
    public (RSA Rsa, ECDsa Ec) SigningKeys()
    {
        var (rsa, ec) = (RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var pem = ReadOrCreate("signing-keys.pem", () => $"{rsa.ExportPkcs8PrivateKeyPem()}\n{ec.ExportPkcs8PrivateKeyPem()}\n");
        var second = pem.IndexOf("-----BEGIN", 1, StringComparison.Ordinal);
        rsa.ImportFromPem(pem.AsSpan(0, second));
        ec.ImportFromPem(pem.AsSpan(second));
        return (rsa, ec);
    }

    /// <summary>The demo's secrets, one a line.</summary>
    public Demo DemoSecrets()
    {
        var lines = ReadOrCreate("demo-secrets.txt", () => Lines(Demo.Create())).Split('\n');
        return new Demo(lines[0], lines[1]);
    }

    private static string Lines(Demo demo) => $"{demo.WebSecret}\n{demo.Password}\n";

    private string ReadOrCreate(string name, Func<string> create)
    {
        var path = Path.Combine(Folder, name);
        if (File.Exists(path))
            return File.ReadAllText(path);
        var text = create();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        return text;
    }
}
