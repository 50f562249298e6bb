using System.Security.Cryptography;

namespace Postern.Local;

/// <summary>What a local server keeps between starts. None of it is for anything but this computer.</summary>
/// <param name="chosen">The folder; null: <c>artifacts/local</c> of the checkout, which git ignores.</param>
internal sealed class LocalFiles(string? chosen)
{
    /// <summary>Full path of the folder, which exists.</summary>
    public string Folder { get; } = Create(chosen ?? Default());

    /// <summary>Held by one local server at a time: two on the same tables would lose what each other writes.</summary>
    /// <exception cref="LocalException">Another one holds it.</exception>
    public IDisposable Lock()
    {
        try
        {
            return new FileStream(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new LocalException($"Another ./run keeps its tables in {Folder}. End it, or choose another folder: --folder PATH", taken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotUsable(Folder, e);
        }
    }

    private static string Create(string folder)
    {
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotUsable(folder, e);
        }
    }

    private static LocalException NotUsable(string folder, Exception cause) =>
        new($"The folder {folder} cannot be used ({cause.Message.TrimEnd('.')}). Choose another: --folder PATH", cause);

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
        const string name = "signing-keys.pem";
        var (rsa, ec) = (RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var pem = ReadOrCreate(name, () => $"{rsa.ExportPkcs8PrivateKeyPem()}\n{ec.ExportPkcs8PrivateKeyPem()}\n");
        var second = pem.IndexOf("-----BEGIN", Math.Min(1, pem.Length), StringComparison.Ordinal);
        try
        {
            rsa.ImportFromPem(pem.AsSpan(0, Math.Max(0, second)));
            ec.ImportFromPem(pem.AsSpan(Math.Max(0, second)));
            return (rsa, ec);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw Damaged(name, e);
        }
    }

    /// <summary>The demo's secrets, one a line.</summary>
    public Demo DemoSecrets()
    {
        const string name = "demo-secrets.txt";
        return ReadOrCreate(name, () => Lines(Demo.Create())).Split('\n') is [{ Length: > 0 } secret, { Length: > 0 } password, ..]
            ? new Demo(secret, password)
            : throw Damaged(name, null);
    }

    private static string Lines(Demo demo) => $"{demo.WebSecret}\n{demo.Password}\n";

    private LocalException Damaged(string name, Exception? cause) =>
        new($"{Path.Combine(Folder, name)} is damaged. Delete it: the next start makes another.", cause);

    private string ReadOrCreate(string name, Func<string> create)
    {
        var path = Path.Combine(Folder, name);
        try
        {
            if (!File.Exists(path))
                Write(path, create());
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotUsable(Folder, e);
        }
    }

    // Whole or not at all, and of two that start at once one.
    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var part = $"{path}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(part, options))
            writer.Write(text);
        try
        {
            File.Move(part, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(part);
        }
    }
}
