using System.Runtime.CompilerServices;
using Xunit;

namespace Shrike.TestSupport;

/// <summary>
/// Finds the reference data: the folder named by SHRIKE_TESTDATA, else <c>../shared/testdata</c> beside the checkout.
/// Without it a test is skipped with the reason; under CI=true it fails instead.
/// </summary>
internal static class TestData
{
    private static readonly string Root =
        Environment.GetEnvironmentVariable("SHRIKE_TESTDATA") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "testdata"));

    /// <summary>Full path of a file or folder of the reference data, e.g. <c>Path("upstream", "input", "x.bam")</c>.</summary>
    public static string PathOf(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        if (!Directory.Exists(Root))
        {
            string reason = $"reference data not found at {Root}; set SHRIKE_TESTDATA to its folder";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }

        Assert.True(File.Exists(path) || Directory.Exists(path), $"{path} is missing from the reference data");
        return path;
    }

    /// <summary>The NA12878 100 kb BAM (hg19 chr20:10,000,000-10,100,000, 52x).</summary>
    public static string Na12878Bam => PathOf("upstream", "input", "NA12878_S1.chr20.10_10p1mb.bam");

    /// <summary>The reference of <see cref="Na12878Bam"/>.</summary>
    public static string Hg19Chr20 => PathOf("upstream", "input", "ucsc.hg19.chr20.unittest.fasta.gz");

    /// <summary>Folder of the checkout.</summary>
    public static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        string folder = System.IO.Path.GetDirectoryName(thisFile)!;
        while (!File.Exists(System.IO.Path.Combine(folder, "Shrike.slnx"))) folder = System.IO.Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"no Shrike.slnx above {thisFile}");
        return folder;
    }

    /// <summary>A fresh temporary folder, deleted on disposal.</summary>
    public static TemporaryFolder Temporary() => new();

    internal sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("shrike-test-").FullName;

        public string this[string name] => System.IO.Path.Combine(Path, name);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
