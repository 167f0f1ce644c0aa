using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Simulation;

/// <summary>Writes the reads of a simulated individual, its variants and the regions in which they are known.</summary>
public static class Simulation
{
    // Reads near the end of a block come from one side only.
    private const int Edge = 600;

    // Hardly a fragment is longer than its mean and this many standard deviations.
    private const int InsertDeviations = 5;

    /// <summary>Runs. The files have their names only when all are whole; stopped or failed, it leaves none.</summary>
    /// <param name="run">What to simulate.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ShrikeException">The fragments are as long as a block, no block fits, the truth is of another reference, or a file cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static SimulationSummary Run(SimulationRun run, CancellationToken cancellation = default)
    {
        CheckFragments(run.Profile, run.BlockLength);
        using ReferenceReader reference = ReferenceReader.Open(run.Reference);
        using VcfReader? truth = run.Truth is null ? null : VcfReader.Open(run.Truth);
        TruthVariants? known = truth is null ? null : new TruthVariants(truth, run.TruthOffset);
        var random = new RandomSource(run.Seed);
        List<Region> blocks = BlockChoice.Draw(reference, run, random, cancellation);
        ulong[] seeds = [.. blocks.Select(_ => (ulong)(random.Uniform() * (1L << 53)))];
        using var files = new SimulationFiles(run.Output, reference.Contigs.Max(c => c.Length));
        var records = new List<(Region Block, SimulatedVariant Variant)>();
        var bed = new StringBuilder();
        long pairs = 0;

        // Every block has its own random numbers, so the threads do not show in the files.
        int threads = Math.Max(1, run.Threads);
        for (int from = 0; from < blocks.Count; from += threads)
        {
            var work = new List<(ReadSimulator Reads, Individual Individual, Individual Stranger, Paralog? Paralog, double Depth)>();
            foreach (int i in Enumerable.Range(from, Math.Min(threads, blocks.Count - from)))
            {
                cancellation.ThrowIfCancellationRequested();
                Region block = blocks[i];
                var own = new RandomSource(seeds[i]);
                byte[] bases = reference.Fetch(block.Contig, block.Start, block.End);
                Individual individual = Individual.Make(bases, block.Start, known?.Of(block, bases, own) ?? [], run.Rates, own);
                Individual stranger = Individual.Make(bases, block.Start, [], run.Rates, own);
                Paralog? paralog = Paralog.Draw(bases, run.Profile.HiddenParalogs, own);
                double depth = run.Depth.From + (own.Uniform() * (run.Depth.To - run.Depth.From));
                work.Add((new ReadSimulator(run.Profile, own), individual, stranger, paralog, depth));
                records.AddRange(individual.Variants.Select(v => (block, v)));
                Confident(block, paralog, bed);
            }

            var texts = new (MemoryStream First, MemoryStream Second, long Pairs)[work.Count];
            Parallel.For(0, work.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
            {
                var text = (First: new MemoryStream(), Second: new MemoryStream(), Pairs: 0L);
                foreach (var (a, b) in work[i].Reads.Pairs(work[i].Individual, work[i].Depth, work[i].Stranger).Concat(work[i].Paralog?.Pairs(work[i].Reads, work[i].Depth) ?? []))
                {
                    cancellation.ThrowIfCancellationRequested();
                    Write(text.First, from + i, text.Pairs, 1, a);
                    Write(text.Second, from + i, text.Pairs, 2, b);
                    text.Pairs++;
                }

                texts[i] = text;
            });
            foreach ((MemoryStream a, MemoryStream b, long n) in texts)
            {
                files.Append(a, b);
                pairs += n;
            }
        }

        cancellation.ThrowIfCancellationRequested();
        files.Complete(TruthText(run.Sample, reference, records), bed.ToString());
        return new SimulationSummary(pairs, records.Count, blocks.Count);
    }

    /// <summary>Blocks must be longer than what is cut out of them.</summary>
    private static void CheckFragments(LibraryProfile profile, int blockLength)
    {
        double longest = Math.Max(profile.ReadLength + ReadSimulator.LeastBeyondRead, profile.InsertMean + (InsertDeviations * profile.InsertSd));
        if (longest < blockLength) return;
        throw ShrikeException.Usage(string.Create(
            CultureInfo.InvariantCulture,
            $"profile {profile.Name}: fragments (insert_mean {profile.InsertMean}, insert_sd {profile.InsertSd}) of up to {longest:F0} bases do not fit into blocks of {blockLength}: use a larger --block_length or a library of shorter fragments"));
    }

    /// <summary>The block without its edges and without what a hidden paralog covers.</summary>
    private static void Confident(Region block, Paralog? paralog, StringBuilder bed)
    {
        void Line(int start, int end)
        {
            if (end > start) bed.Append(block.Contig).Append('\t').Append(start).Append('\t').Append(end).Append('\n');
        }

        if (paralog is null)
        {
            Line(block.Start + Edge, block.End - Edge);
            return;
        }

        Line(block.Start + Edge, block.Start + paralog.Start);
        Line(Math.Max(block.Start + Edge, block.Start + paralog.End), block.End - Edge);
    }

    private static void Write(MemoryStream file, int block, long pair, int number, in ReadSimulator.Read read)
    {
        file.Write(Encoding.ASCII.GetBytes($"@s{block}_{pair}/{number}\n"));
        file.Write(read.Bases);
        file.Write("\n+\n"u8);
        foreach (byte quality in read.Qualities) file.WriteByte((byte)(quality + 33));
        file.WriteByte((byte)'\n');
    }

    private static string TruthText(string sample, ReferenceReader reference, List<(Region Block, SimulatedVariant Variant)> records)
    {
        var text = new StringBuilder("##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n");
        foreach (Contig c in reference.Contigs) text.Append("##contig=<ID=").Append(c.Name).Append(",length=").Append(c.Length).Append(">\n");
        text.Append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t").Append(sample).Append('\n');
        foreach ((Region block, SimulatedVariant v) in records)
        {
            string[] alts = [.. new[] { v.First, v.Second }.Where(a => a != v.Reference).Distinct()];
            if (alts.Length == 0) continue;
            int Number(string a) => a == v.Reference ? 0 : Array.IndexOf(alts, a) + 1;
            text.Append(block.Contig).Append('\t').Append(v.Start + 1).Append("\t.\t").Append(v.Reference).Append('\t').AppendJoin(',', alts)
                .Append("\t.\tPASS\t.\tGT\t").Append(Number(v.First)).Append('|').Append(Number(v.Second)).Append('\n');
        }

        return text.ToString();
    }
}
