#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
// dotnet run infra/zip.cs FOLDER FILE: zips a folder so that the same contents give the same bytes, whatever the clock, the
// user and the order in which the disk lists files. Hidden folders are in it: the worker is not found without its own.
using System.IO.Compression;

var (folder, file) = (Path.GetFullPath(args[0]), args[1]);
File.Delete(file);
using var zip = ZipFile.Open(file, ZipArchiveMode.Create);
foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
{
    var entry = zip.CreateEntry(Path.GetRelativePath(folder, path).Replace('\\', '/'), CompressionLevel.SmallestSize);
    // The first instant that the format can tell.
    entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    entry.ExternalAttributes = Convert.ToInt32("100644", 8) << 16;
    using var source = File.OpenRead(path);
    using var target = entry.Open();
    source.CopyTo(target);
}
