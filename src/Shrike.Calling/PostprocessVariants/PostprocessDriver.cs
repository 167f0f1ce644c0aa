using System.Globalization;
using System.Text;
using Google.Protobuf;
using Shrike.Calling.Records;
using Shrike.Calling.Streaming;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.TfRecord;
using Shrike.Hts;

namespace Shrike.Calling.PostprocessVariants;

/// <summary>
/// Stage 3 with files. Predictions and reference records stream through in genome order: shards are merged, cut into
/// stretches that stand by themselves, called by several threads and written in order. A file that turns out not to be
/// sorted, as the original's are, is sorted on disk and the run begins anew.
/// </summary>
public static class PostprocessDriver
{
    private const int StretchesPerThread = 3;

    /// <summary>Runs; returns the number of records written to the VCF.</summary>
    public static long Run(PostprocessRun run, CancellationToken cancellation = default)
    {
        if ((run.NonVariantRecords is null) != (run.Gvcf is null))
        {
            throw ShrikeException.Usage("--nonvariant_site_tfrecord_path and --gvcf_outfile belong together: give both or neither");
        }

        using ReferenceReader reference = ReferenceReader.Open(run.Reference);
        ContigTable contigs = ContigTable.Of(reference);
        string[] files = ShardedName.ResolvePredictions(run.Predictions);
        if (run.SmallModelPredictions is { } small) files = [.. files, .. ShardedName.ResolvePredictions(small)];
        string[] blockFiles = run.NonVariantRecords is null ? [] : ShardedName.Resolve(run.NonVariantRecords);
        string sample = SampleName(files, blockFiles, run);
        using var runs = new SortedRuns(TemporaryFolder(run.Vcf), run.SortBytes);
        var sorted = new Dictionary<string, List<Func<RecordStream>>>();

        // What has gone to a device cannot be taken back, so there is no second run: disorder is looked for before.
        while (WritesToDevice(run) && FirstInDisorder(files.Where(f => !sorted.ContainsKey(f)), contigs, cancellation) is { } file) sorted.Add(file, runs.Sort(file, contigs, run.Damaged, cancellation));
        while (true)
        {
            try
            {
                using RecordMerge predictions = Merge(files.SelectMany(f => sorted.TryGetValue(f, out List<Func<RecordStream>>? parts) ? parts : [() => new FileRecords(f, RecordKind.Predictions, contigs, run.Damaged)]));
                using RecordMerge blocks = Merge(blockFiles.Select(f => (Func<RecordStream>)(() => new FileRecords(f, RecordKind.Blocks, contigs, run.Damaged))));
                return Write(run, reference, contigs, sample, predictions, blocks, cancellation);
            }
            catch (DisorderException e)
            {
                sorted.Add(e.File, runs.Sort(e.File, contigs, run.Damaged, cancellation));
            }
            catch (ShrikeException e) when (e.ExitCode == ExitCode.InvalidData && !WritesToDevice(run) && FirstInDisorder(files.Where(f => !sorted.ContainsKey(f)), contigs, cancellation) is { } file)
            {
                // A site whose predictions come later looks incomplete; it may be whole once they are sorted.
                sorted.Add(file, runs.Sort(file, contigs, run.Damaged, cancellation));
            }
        }
    }

    private static bool WritesToDevice(PostprocessRun run) => AtomicFile.IsDevicePath(run.Vcf) || (run.Gvcf is not null && AtomicFile.IsDevicePath(run.Gvcf));

    /// <summary>The first file of predictions that is not sorted; damage ends the search of a file.</summary>
    private static string? FirstInDisorder(IEnumerable<string> files, ContigTable contigs, CancellationToken cancellation)
    {
        foreach (string file in files)
        {
            try
            {
                using var records = new FileRecords(file, RecordKind.Predictions, contigs, DamagedRecords.Stop);
                while (records.Next()) cancellation.ThrowIfCancellationRequested();
            }
            catch (DisorderException)
            {
                return file;
            }
            catch (ShrikeException)
            {
                // The failure at hand is as good as this one.
            }
        }

        return null;
    }

    private static long Write(PostprocessRun run, ReferenceReader reference, ContigTable contigs, string sample, RecordMerge predictions, RecordMerge blocks, CancellationToken cancellation)
    {
        var header = CallWriter.HeaderOf(run.Calling, reference, sample, run.SmallModelPredictions is not null, run.HeaderLines);
        using var output = new CallFiles(run.Vcf, run.Gvcf, header, contigs, compressAll: run.Parts is not null);
        var reader = new StretchReader(predictions, blocks, contigs, run.Parts, run.StretchRecords);
        OrderedPipeline.Run(
            reader.Read(),
            run.Threads,
            run.Threads * StretchesPerThread,
            () => new StretchCaller(run.Calling, reference, contigs, sample, header.HasModelId, run.Parts),
            (caller, stretch) =>
            {
                CallFiles.Parts parts = output.Rent();
                caller.Process(stretch, parts.Vcf, output.HasGvcf ? parts.Gvcf : null);
                reader.Return(stretch);
                output.Finish(parts);
                return parts;
            },
            output.Write,
            cancellation: cancellation);
        output.Complete();
        return output.Count;
    }

    private static RecordMerge Merge(IEnumerable<Func<RecordStream>> openers)
    {
        var streams = new List<RecordStream>();
        try
        {
            foreach (Func<RecordStream> open in openers) streams.Add(open());
            return new RecordMerge(streams);
        }
        catch
        {
            foreach (RecordStream stream in streams) stream.Dispose();
            throw;
        }
    }

    /// <summary>The first prediction's sample, else the first reference record's, else the given one.</summary>
    private static string SampleName(string[] files, string[] blockFiles, PostprocessRun run)
    {
        foreach (string file in files)
        {
            if (FirstSample(file, run.Damaged, isPrediction: true) is not { } name) continue;
            return name.Length > 0 ? name : throw ShrikeException.InvalidData($"{file}: record 1: has no sample name: is this a file of predictions?");
        }

        string? block = blockFiles.Select(f => FirstSample(f, run.Damaged, isPrediction: false)).FirstOrDefault(n => n is not null);
        return block is { Length: > 0 } ? block : run.SampleName is { Length: > 0 } given ? given : "default";
    }

    private static string? FirstSample(string file, DamagedRecords damaged, bool isPrediction)
    {
        using var reader = new TfRecordReader(file, damaged);
        if (!reader.Read()) return null;
        try
        {
            ReadOnlySpan<byte> variant = isPrediction ? Prediction.VariantOf(reader.Current) : reader.Current;
            return Encoding.UTF8.GetString(VariantDecoder.Sample(variant.ToArray()).Span);
        }
        catch (MalformedRecordException)
        {
            throw ShrikeException.InvalidData($"{file}: record 1: has no variant with exactly one call: is this a file of {(isPrediction ? "predictions" : "reference records")}?");
        }
    }

    /// <summary>Beside the output, where there is room for it.</summary>
    private static string TemporaryFolder(string output)
    {
        string folder = AtomicFile.IsDevicePath(output) ? Path.GetTempPath() : Path.GetDirectoryName(Path.GetFullPath(output))!;
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(output)}.sort-{Environment.ProcessId}"));
    }
}
