using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.MakeExamples;

/// <summary>What is known of the inputs before any work begins.</summary>
/// <param name="Reference">Contigs of the reference, in its order.</param>
/// <param name="ReadContigs">Contigs of each alignment header.</param>
/// <param name="SampleName">The name the user gives, or the first header, or <c>default</c>.</param>
public sealed record InputPreflight(IReadOnlyList<Contig> Reference, IReadOnlyList<IReadOnlyList<Contig>> ReadContigs, string SampleName)
{
    /// <summary>Contigs of the truth's header in training, null where they do not matter.</summary>
    public IReadOnlyList<Contig>? TruthContigs { get; init; }

    /// <summary>Opens every input, checks indexes, and reports all problems at once.</summary>
    /// <param name="referencePath">FASTA.</param>
    /// <param name="readPaths">Alignment files.</param>
    /// <param name="log">Receives warnings.</param>
    /// <param name="sampleName">The user's name for the sample; empty for that of the headers.</param>
    /// <exception cref="ShrikeException">One line naming all that is wrong; the exit code of the first problem.</exception>
    public static InputPreflight Check(string referencePath, IReadOnlyList<string> readPaths, Action<string> log, string sampleName = "")
    {
        var problems = new List<ShrikeException>();
        IReadOnlyList<Contig> reference = [];
        var readContigs = new List<IReadOnlyList<Contig>>();
        var samples = new List<string[]>();
        var warnings = new List<string>();
        try
        {
            using ReferenceReader reader = ReferenceReader.Open(referencePath);
            reader.RequireFittingIndex();
            reference = reader.Contigs;
        }
        catch (ShrikeException e)
        {
            problems.Add(e);
        }

        if (readPaths.Count == 0) problems.Add(ShrikeException.Usage("--reads names no file"));
        var files = new Dictionary<string, string>();
        foreach (string path in readPaths)
        {
            string real = RemoteFile.Is(path) ? path : RealPath.Of(path);
            if (!files.TryAdd(real, path))
            {
                problems.Add(ShrikeException.Usage(files[real] == path ? $"{path}: is given twice in --reads" : $"{path}: is the same file as {files[real]}: give it once in --reads"));
                continue;
            }

            try
            {
                using AlignmentReader reader = AlignmentReader.Open(path, File.Exists(referencePath) ? referencePath : null);
                if (reader.Header.SortOrder is "queryname" or "unsorted") problems.Add(ShrikeException.InvalidData($"{path}: is sorted by {reader.Header.SortOrder}, not by coordinate: samtools sort"));
                else if (reader.IsText) problems.Add(ShrikeException.Usage($"{path}: is SAM text, which can have no index: samtools sort -o NAME.bam {path}, then samtools index NAME.bam"));
                else reader.RequireIndex();
                if (reader.HasOlderIndex) warnings.Add($"{path}: its index is older than the file: if the run fails or finds nothing, make the index again: samtools index {path}");
                readContigs.Add(reader.Header.Contigs);
                samples.Add([.. reader.Header.Samples.Distinct()]);
            }
            catch (ShrikeException e)
            {
                problems.Add(e);
            }
        }

        if (problems.Count > 0) throw new ShrikeException(problems[0].ExitCode, string.Join("; ", problems.Select(p => p.Message)), problems[0]);
        foreach (string warning in warnings) log(warning);
        return new InputPreflight(reference, readContigs, sampleName.Length > 0 ? sampleName : SampleOf(samples, readPaths, log));
    }

    /// <summary>The first name of the first file.</summary>
    private static string SampleOf(List<string[]> samples, IReadOnlyList<string> paths, Action<string> log)
    {
        if (samples.Count == 0) return "default";
        string name = samples[0].FirstOrDefault() ?? "default";
        if (samples[0].Length == 0) log($"{paths[0]}: no sample name in its header; using \"{name}\" (--sample_name sets one)");
        string[] all = [.. samples.SelectMany(s => s).Distinct().Order(StringComparer.Ordinal)];
        if (all.Length > 1) log($"{(paths.Count == 1 ? paths[0] : "--reads")}: several sample names ({string.Join(", ", all)}): the reads of all are used, as those of one sample named {name} (--sample_name sets another name)");
        return name;
    }
}
