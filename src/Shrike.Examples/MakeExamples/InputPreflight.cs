using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>What is known of the inputs before any work begins.</summary>
/// <param name="Reference">Contigs of the reference, in its order.</param>
/// <param name="ReadContigs">Contigs of each alignment header.</param>
/// <param name="SampleName">The name the first header gives, or <c>default</c>.</param>
public sealed record InputPreflight(IReadOnlyList<Contig> Reference, IReadOnlyList<IReadOnlyList<Contig>> ReadContigs, string SampleName)
{
    /// <summary>Contigs of the truth's header in training, null where they do not matter.</summary>
    public IReadOnlyList<Contig>? TruthContigs { get; init; }

    /// <summary>Opens every input, checks indexes, and reports all problems at once.</summary>
    /// <param name="referencePath">FASTA.</param>
    /// <param name="readPaths">Alignment files.</param>
    /// <param name="log">Receives warnings.</param>
    /// <exception cref="ShrikeException">One line naming all that is wrong; the exit code of the first problem.</exception>
    public static InputPreflight Check(string referencePath, IReadOnlyList<string> readPaths, Action<string> log)
    {
        var problems = new List<ShrikeException>();
        IReadOnlyList<Contig> reference = [];
        var readContigs = new List<IReadOnlyList<Contig>>();
        string? sample = null;
        try
        {
            using ReferenceReader reader = ReferenceReader.Open(referencePath);
            reference = reader.Contigs;
        }
        catch (ShrikeException e)
        {
            problems.Add(e);
        }

        foreach (string path in readPaths)
        {
            try
            {
                using AlignmentReader reader = AlignmentReader.Open(path, File.Exists(referencePath) ? referencePath : null);
                if (reader.Header.SortOrder is "queryname" or "unsorted") problems.Add(ShrikeException.InvalidData($"{path}: is sorted by {reader.Header.SortOrder}, not by coordinate: samtools sort"));
                else if (!reader.TryLoadIndex()) problems.Add(ShrikeException.Usage($"{path}: no index beside it: samtools index {path}"));
                readContigs.Add(reader.Header.Contigs);
                sample ??= SampleOf(reader.Header, path, log);
            }
            catch (ShrikeException e)
            {
                problems.Add(e);
            }
        }

        if (problems.Count > 0) throw new ShrikeException(problems[0].ExitCode, string.Join("; ", problems.Select(p => p.Message)), problems[0]);
        return new InputPreflight(reference, readContigs, sample ?? "default");
    }

    private static string SampleOf(AlignmentHeader header, string path, Action<string> log)
    {
        string[] names = [.. header.Samples.Distinct()];
        if (names.Length == 0) log($"{path}: no sample name in its header; using \"default\" (--sample_name sets one)");
        if (names.Length > 1) log($"{path}: several sample names ({string.Join(", ", names.Order(StringComparer.Ordinal))}); using {names[0]}");
        return names.Length == 0 ? "default" : names[0];
    }
}
