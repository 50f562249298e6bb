namespace Postern.Tests;

/// <summary>The source files of <c>src</c>, found from where the tests run.</summary>
internal static class Sources
{
    public static IReadOnlyList<(string Path, string[] Lines)> Files { get; } =
        [
            .. from path in Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src"), "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(Checkout.Folder, path).Replace('\\', '/')
               where !relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/bin/", StringComparison.Ordinal)
               orderby relative
               select (relative, File.ReadAllLines(path)),
        ];
}
