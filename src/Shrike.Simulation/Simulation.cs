using System.Text;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Simulation;

/// <summary>What to simulate.</summary>
public sealed record SimulationRun
{
    /// <summary>Reference FASTA with index.</summary>
    public required string Reference { get; init; }

    /// <summary>Real variants to carry over (first sample's genotypes), or null.</summary>
    public string? Truth { get; init; }

    /// <summary>Added to the position of a reference base to get that of the truth file.</summary>
    public int TruthOffset { get; init; }

    /// <summary>Prefix of the outputs: _1.fq, _2.fq, .truth.vcf.gz, .confident.bed.</summary>
    public required string Output { get; init; }

    /// <summary>Library.</summary>
    public required LibraryProfile Profile { get; init; }

    /// <summary>Number of blocks, chosen at random from the reference.</summary>
    public int Blocks { get; init; } = 20;

    /// <summary>Bases of a block.</summary>
    public int BlockLength { get; init; } = 20_000;

    /// <summary>Least and most depth; each block has its own.</summary>
    public (double From, double To) Depth { get; init; } = (30, 40);

    /// <summary>Seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; they do not show in the files.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rates of made-up variants.</summary>
    public VariantRates Rates { get; init; } = new();

    /// <summary>Sample name.</summary>
    public string Sample { get; init; } = "simulated";
}

/// <summary>Writes the reads of a simulated individual, its variants and the regions in which they are known.</summary>
public static class Simulation
{
    // Reads near the end of a block come from one side only.
    private const int Edge = 600;

    /// <summary>Runs; returns the number of pairs and variants.</summary>
    public static (long Pairs, long Variants) Run(SimulationRun run)
    {
        using ReferenceReader reference = ReferenceReader.Open(run.Reference);
        using VcfReader? truth = run.Truth is null ? null : VcfReader.Open(run.Truth);
        var random = new RandomSource(run.Seed);
        List<Region> blocks = ChooseBlocks(reference, run, random);
        string folder = Path.GetDirectoryName(Path.GetFullPath(run.Output))!;
        Directory.CreateDirectory(folder);
        ulong[] seeds = [.. blocks.Select(_ => (ulong)(random.Uniform() * (1L << 53)))];
        var records = new List<(Region Block, SimulatedVariant Variant)>();
        var bed = new StringBuilder();
        long pairs = 0;
        using (var first = new FileStream(run.Output + "_1.fq", FileMode.Create))
        using (var second = new FileStream(run.Output + "_2.fq", FileMode.Create))
        {
            // Every block has its own random numbers, so the threads do not show in the files.
            int threads = Math.Max(1, run.Threads);
            for (int from = 0; from < blocks.Count; from += threads)
            {
                var work = new List<(ReadSimulator Reads, Individual Individual, Individual Stranger, Paralog? Paralog, double Depth)>();
                foreach (int i in Enumerable.Range(from, Math.Min(threads, blocks.Count - from)))
                {
                    Region block = blocks[i];
                    var own = new RandomSource(seeds[i]);
                    byte[] bases = reference.Fetch(block.Contig, block.Start, block.End);
                    Individual individual = Individual.Make(bases, block.Start, Known(truth, block, run.TruthOffset, own), run.Rates, own);
                    Individual stranger = Individual.Make(bases, block.Start, [], run.Rates, own);
                    Paralog? paralog = Paralog.Draw(bases, run.Profile.HiddenParalogs, own);
                    double depth = run.Depth.From + (own.Uniform() * (run.Depth.To - run.Depth.From));
                    work.Add((new ReadSimulator(run.Profile, own), individual, stranger, paralog, depth));
                    records.AddRange(individual.Variants.Select(v => (block, v)));
                    Confident(block, paralog, bed);
                }

                var texts = new (MemoryStream First, MemoryStream Second, long Pairs)[work.Count];
                Parallel.For(0, work.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
                {
                    var text = (First: new MemoryStream(), Second: new MemoryStream(), Pairs: 0L);
                    foreach (var (a, b) in work[i].Reads.Pairs(work[i].Individual, work[i].Depth, work[i].Stranger).Concat(work[i].Paralog?.Pairs(work[i].Reads, work[i].Depth) ?? []))
                    {
                        Write(text.First, from + i, text.Pairs, 1, a);
                        Write(text.Second, from + i, text.Pairs, 2, b);
                        text.Pairs++;
                    }

                    texts[i] = text;
                });
                foreach ((MemoryStream a, MemoryStream b, long n) in texts)
                {
                    a.WriteTo(first);
                    b.WriteTo(second);
                    pairs += n;
                }
            }
        }

        WriteTruth(run, reference, records);
        AtomicFile.WriteAllText(run.Output + ".confident.bed", bed.ToString());
        return (pairs, records.Count);
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

    private static List<Region> ChooseBlocks(ReferenceReader reference, SimulationRun run, RandomSource random)
    {
        var blocks = new List<Region>();
        Contig[] contigs = [.. reference.Contigs.Where(c => c.Length > run.BlockLength)];
        if (contigs.Length == 0) throw ShrikeException.Usage($"{run.Reference}: no contig is longer than a block of {run.BlockLength} bases");
        for (int tries = 0; blocks.Count < run.Blocks && tries < run.Blocks * 200; tries++)
        {
            Contig contig = contigs[random.Below(contigs.Length)];
            int start = (int)(random.Uniform() * (contig.Length - run.BlockLength));
            var block = new Region(contig.Name, start, start + run.BlockLength);
            if (blocks.Any(b => b.Overlaps(block)) || reference.Fetch(block.Contig, block.Start, block.End).AsSpan().Contains((byte)'N')) continue;
            blocks.Add(block);
        }

        if (blocks.Count == 0) throw ShrikeException.Usage($"{run.Reference}: no stretch of {run.BlockLength} bases without N was found");
        return [.. blocks.OrderBy(b => reference.Contigs.First(c => c.Name == b.Contig).Index).ThenBy(b => b.Start)];
    }

    private static List<SimulatedVariant> Known(VcfReader? truth, Region block, int offset, RandomSource random)
    {
        var known = new List<SimulatedVariant>();
        if (truth is null) return known;
        foreach (VcfRecord r in truth.Query(block.Contig, block.Start + offset, block.End + offset))
        {
            int[] genotype = r.Genotype(0, out bool phased);
            if (genotype.Length != 2 || genotype.Any(g => g < 0 || g > r.Alternates.Count) || r.Alternates.Any(a => a.AsSpan().IndexOfAnyExcept("ACGT") >= 0)) continue;
            string Allele(int g) => g == 0 ? r.Reference : r.Alternates[g - 1];
            bool swap = !phased && random.Chance(0.5);
            known.Add(new SimulatedVariant(r.Start - offset, r.Reference, Allele(genotype[swap ? 1 : 0]), Allele(genotype[swap ? 0 : 1])));
        }

        return known;
    }

    private static void Write(MemoryStream file, int block, long pair, int number, in ReadSimulator.Read read)
    {
        file.Write(Encoding.ASCII.GetBytes($"@s{block}_{pair}/{number}\n"));
        file.Write(read.Bases);
        file.Write("\n+\n"u8);
        foreach (byte quality in read.Qualities) file.WriteByte((byte)(quality + 33));
        file.WriteByte((byte)'\n');
    }

    private static void WriteTruth(SimulationRun run, ReferenceReader reference, List<(Region Block, SimulatedVariant Variant)> records)
    {
        var text = new StringBuilder("##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n");
        foreach (Contig c in reference.Contigs) text.Append("##contig=<ID=").Append(c.Name).Append(",length=").Append(c.Length).Append(">\n");
        text.Append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t").Append(run.Sample).Append('\n');
        foreach ((Region block, SimulatedVariant v) in records)
        {
            string[] alts = [.. new[] { v.First, v.Second }.Where(a => a != v.Reference).Distinct()];
            if (alts.Length == 0) continue;
            int Number(string a) => a == v.Reference ? 0 : Array.IndexOf(alts, a) + 1;
            text.Append(block.Contig).Append('\t').Append(v.Start + 1).Append("\t.\t").Append(v.Reference).Append('\t').AppendJoin(',', alts)
                .Append("\t.\tPASS\t.\tGT\t").Append(Number(v.First)).Append('|').Append(Number(v.Second)).Append('\n');
        }

        string path = run.Output + ".truth.vcf.gz";
        using (var file = new BgzfWriter(path)) file.Write(Encoding.ASCII.GetBytes(text.ToString()));
        VariantIndex.Build(path, reference.Contigs.Max(c => c.Length));
    }
}
