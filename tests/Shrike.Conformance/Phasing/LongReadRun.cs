using System.IO.Compression;
using System.Text.RegularExpressions;
using Shrike.Cli;
using Shrike.Cli.Commands;

namespace Shrike.Conformance.Phasing;

/// <summary>make-examples with the flags that a reference output of long reads says it was made with.</summary>
internal sealed partial class LongReadRun
{
    private readonly string _folder;
    private readonly string _readme;

    public LongReadRun(string name)
    {
        _folder = TestData.PathOf("reference", name);
        _readme = File.ReadAllText(Path.Combine(_folder, "README.md"));
    }

    /// <summary>The stated flags.</summary>
    public string[] Flags => Cell("make_examples flags").Split('`')[0].Split(' ');

    /// <summary>Reference sequence.</summary>
    public string Reference => TestData.PathOf(Cell("reference").Split('/'));

    /// <summary>Alignments.</summary>
    public string Reads => TestData.PathOf(Cell("reads").Split('/'));

    /// <summary>A file of the reference output.</summary>
    public string Expected(string file) => Path.Combine(_folder, file);

    /// <summary>Runs with the stated flags and some more; all outputs go into <paramref name="folder"/>.</summary>
    public void Run(TestData.TemporaryFolder folder, params string[] more) => MakeExamplesCommand.Run(
        [
            "--ref", Reference, "--reads", Reads, "--regions", Cell("--regions"),
            "--examples", folder["examples.tfrecord.gz"], "--candidates", folder["candidates.tfrecord.gz"], "--gvcf", folder["gvcf.tfrecord.gz"],
            .. Flags, .. more,
        ],
        new CommandContext(TextWriter.Null, _ => { }, CancellationToken.None));

    /// <summary>The first three columns of the reference's table of reads.</summary>
    public List<string> ReadPhases()
    {
        using var file = new GZipStream(File.OpenRead(Expected("read_phases.tsv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line) lines.Add(string.Join('\t', line.Split('\t')[..3]));
        return lines;
    }

    private string Cell(string row) => TableRow().Matches(_readme).First(m => m.Groups[1].Value == row).Groups[2].Value.Trim('`', ' ');

    [GeneratedRegex(@"^\| ([^|]+?) \| ([^|]+?) \|\s*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
