namespace Postern.Tests;

/// <summary>The files of the repository, found from where the tests run.</summary>
public static class Checkout
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("No Functions.sln above the tests.");
        return folder.FullName;
    }
}
