using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Hts;

namespace Shrike.Calling.PostprocessVariants;

/// <summary>Stage 3 with files: reads all predictions, sorts them, merges them with the reference records.</summary>
public static class PostprocessDriver
{
    /// <summary>Runs; returns the number of records written.</summary>
    public static long Run(PostprocessRun run)
    {
        if ((run.NonVariantRecords is null) != (run.Gvcf is null))
        {
            throw ShrikeException.Usage("--nonvariant_site_tfrecord_path and --gvcf_outfile belong together: give both or neither");
        }

        using ReferenceReader reference = ReferenceReader.Open(run.Reference);
        string[] files = ShardedName.ResolvePredictions(run.Predictions);
        if (run.SmallModelPredictions is { } small) files = [.. files, .. ShardedName.ResolvePredictions(small)];
        List<CallVariantsOutput> predictions = [.. files.SelectMany(f => TfRecordReader.ReadAll(f, CallVariantsOutput.Parser))];
        string[] blockFiles = run.NonVariantRecords is null ? [] : ShardedName.Resolve(run.NonVariantRecords);
        string sample = SampleName(predictions, blockFiles, run.SampleName);
        using var writer = new CallWriter(run.Calling, reference, sample, run.Vcf, run.Gvcf, run.SmallModelPredictions is not null, run.HeaderLines);

        // Stable: records of one range stay in the order of the files.
        var sorted = predictions.Select((c, i) => (Key: Key(writer, c.Variant), Index: i, Prediction: c))
            .OrderBy(c => c.Key).ThenBy(c => c.Index).Select(c => c.Prediction);
        IEnumerable<Variant> blocks = MergeShards(writer, blockFiles, sample);
        Stream(writer, sorted, blocks);
        writer.Complete();
        return writer.Count;
    }

    /// <summary>Feeds both streams in step, a contig's thousand records at a time, so that blocks do not pile up.</summary>
    private static void Stream(CallWriter writer, IEnumerable<CallVariantsOutput> predictions, IEnumerable<Variant> blocks)
    {
        const int atOnce = 1000;
        using IEnumerator<CallVariantsOutput> next = predictions.GetEnumerator();
        bool more = next.MoveNext();
        foreach (Variant[] chunk in blocks.Chunk(atOnce))
        {
            Variant last = chunk[^1];
            (int Contig, long Position) reached = (writer.ContigIndex(last.ReferenceName), last.Start);
            var due = new List<CallVariantsOutput>();
            while (more && Key(writer, next.Current.Variant) is var key && (key.Contig, key.Start).CompareTo((reached.Contig, reached.Position)) < 0)
            {
                due.Add(next.Current);
                more = next.MoveNext();
            }

            writer.Add(due, chunk, reached);
        }

        var rest = new List<CallVariantsOutput>();
        for (; more; more = next.MoveNext()) rest.Add(next.Current);
        writer.Add(rest, [], rest.Count > 0 ? (Key(writer, rest[^1].Variant).Contig, rest[^1].Variant.Start) : (0, 0));
    }

    private static (int Contig, long Start, long End) Key(CallWriter writer, Variant? v) => v is null
        ? throw ShrikeException.InvalidData("a prediction has no variant: is this a file of predictions?")
        : (writer.ContigIndex(v.ReferenceName), v.Start, v.End);

    private static string SampleName(List<CallVariantsOutput> predictions, string[] blockFiles, string? given)
    {
        if (predictions.Count > 0)
        {
            string? name = predictions[0].Variant?.Calls.FirstOrDefault()?.CallSetName;
            return string.IsNullOrEmpty(name) ? throw ShrikeException.InvalidData("the first prediction has no sample name: is this a file of predictions?") : name;
        }

        Variant? block = blockFiles.SelectMany(f => TfRecordReader.ReadAll(f, Variant.Parser).Take(1)).FirstOrDefault();
        return block?.Calls.FirstOrDefault()?.CallSetName is { Length: > 0 } sample ? sample : given is { Length: > 0 } ? given : "default";
    }

    /// <summary>The shards of stage 1 own interleaved stretches, each sorted: a k-way merge.</summary>
    private static IEnumerable<Variant> MergeShards(CallWriter writer, string[] files, string sample)
    {
        var heads = new PriorityQueue<IEnumerator<Variant>, ((int, long, long) Key, int File)>();
        try
        {
            for (int i = 0; i < files.Length; i++)
            {
                IEnumerator<Variant> shard = TfRecordReader.ReadAll(files[i], Variant.Parser).GetEnumerator();
                if (shard.MoveNext()) heads.Enqueue(shard, (Key(writer, shard.Current), i));
                else shard.Dispose();
            }

            while (heads.TryDequeue(out IEnumerator<Variant>? shard, out var at))
            {
                Variant record = shard.Current;
                if (record.Calls.Count != 1 || record.Calls[0].CallSetName != sample)
                {
                    shard.Dispose();
                    throw ShrikeException.InvalidData($"{files[at.File]}: {record.ReferenceName}:{record.Start + 1}: is of sample {record.Calls.FirstOrDefault()?.CallSetName}, but the predictions are of {sample}: were runs mixed?");
                }

                yield return record;
                if (shard.MoveNext()) heads.Enqueue(shard, (Key(writer, shard.Current), at.File));
                else shard.Dispose();
            }
        }
        finally
        {
            while (heads.TryDequeue(out IEnumerator<Variant>? shard, out _)) shard.Dispose();
        }
    }
}
