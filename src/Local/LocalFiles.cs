using System.Security.Cryptography;

namespace Postern.Local;

/// <summary>What a local server keeps between starts, in the git-ignored folder <c>artifacts/local</c>. None of it is for anything but this computer.</summary>
internal static class LocalFiles
{
    /// <summary>The folder, made if it is missing.</summary>
    public static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Functions.sln")))
            root = root.Parent;
        var folder = Path.Combine(root?.FullName ?? Environment.CurrentDirectory, "artifacts", "local");
        if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The development signing keys, as PEM.</summary>
    public static (RSA Rsa, ECDsa Ec) SigningKeys()
    {
        var (rsa, ec) = (RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var pem = ReadOrCreate("signing-keys.pem", () => $"{rsa.ExportPkcs8PrivateKeyPem()}\n{ec.ExportPkcs8PrivateKeyPem()}\n");
        var second = pem.IndexOf("-----BEGIN", 1, StringComparison.Ordinal);
        rsa.ImportFromPem(pem.AsSpan(0, second));
        ec.ImportFromPem(pem.AsSpan(second));
        return (rsa, ec);
    }

    /// <summary>The demo's secrets, one a line.</summary>
    public static Demo DemoSecrets()
    {
        var lines = ReadOrCreate("demo-secrets.txt", () => Lines(Demo.Create())).Split('\n');
        return new Demo(lines[0], lines[1]);
    }

    private static string Lines(Demo demo) => $"{demo.WebSecret}\n{demo.Password}\n";

    private static string ReadOrCreate(string name, Func<string> create)
    {
        var path = Path.Combine(Folder(), name);
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
