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
        using var first = new StreamWriter(run.Output + "_1.fq");
        using var second = new StreamWriter(run.Output + "_2.fq");
        var records = new List<(Region Block, SimulatedVariant Variant)>();
        var bed = new StringBuilder();
        long pairs = 0;
        foreach (Region block in blocks)
        {
            byte[] bases = reference.Fetch(block.Contig, block.Start, block.End);
            Individual individual = Individual.Make(bases, block.Start, Known(truth, block, run.TruthOffset, random), run.Rates, random);
            double depth = run.Depth.From + (random.Uniform() * (run.Depth.To - run.Depth.From));
            foreach ((ReadSimulator.Read a, ReadSimulator.Read b) in new ReadSimulator(run.Profile, random).Pairs(individual, depth))
            {
                Write(first, pairs, 1, a);
                Write(second, pairs, 2, b);
                pairs++;
            }

            records.AddRange(individual.Variants.Select(v => (block, v)));
            bed.Append(block.Contig).Append('\t').Append(block.Start + Edge).Append('\t').Append(block.End - Edge).Append('\n');
        }

        WriteTruth(run, reference, records);
        AtomicFile.WriteAllText(run.Output + ".confident.bed", bed.ToString());
        return (pairs, records.Count);
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

    private static void Write(StreamWriter file, long pair, int number, in ReadSimulator.Read read)
    {
        file.Write("@s");
        file.Write(pair);
        file.Write('/');
        file.Write(number);
        file.Write('\n');
        file.Write(Encoding.ASCII.GetString(read.Bases));
        file.Write("\n+\n");
        Span<char> qualities = stackalloc char[read.Qualities.Length];
        for (int i = 0; i < qualities.Length; i++) qualities[i] = (char)(read.Qualities[i] + 33);
        file.Write(qualities);
        file.Write('\n');
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
