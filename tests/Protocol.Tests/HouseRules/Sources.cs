namespace Postern.Tests;

/// <summary>The source files of <c>src</c>, found from where the tests run.</summary>
internal static class Sources
{
    public static IReadOnlyList<(string Path, string[] Lines)> Files { get; } =
        [
            .. from path in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
               let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
               where !relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/bin/", StringComparison.Ordinal)
               select (relative, File.ReadAllLines(path)),
        ];

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("No Functions.sln above the tests.");
        }
    }
}
