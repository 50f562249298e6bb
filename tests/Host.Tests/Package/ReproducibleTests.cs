using System.Diagnostics;

namespace Postern.Tests;

public sealed class ReproducibleTests
{
    private static readonly string[] Sources =
        [".git", "src", "infra", "host.json", "global.json", ".editorconfig", "Directory.Build.props", "Directory.Packages.props"];

    [Fact]
    public void The_same_sources_give_the_same_package_wherever_and_whenever_it_is_made()
    {
        var elsewhere = Directory.CreateTempSubdirectory("postern-package-").FullName;
        try
        {
            // With the repository, for the version names the commit.
            Run("cp", ["-a", .. Sources.Select(name => Path.Combine(Checkout.Folder, name)), elsewhere]);
            Run(Path.Combine(elsewhere, "infra/package"), []);
            Assert.Equal(Zip(Checkout.Folder), Zip(elsewhere));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private static byte[] Zip(string folder) => File.ReadAllBytes(Path.Combine(folder, "artifacts/postern.zip"));

    private static void Run(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
