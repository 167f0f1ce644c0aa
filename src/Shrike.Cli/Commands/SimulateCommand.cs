using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Simulation;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike simulate</c>: reads of a made-up individual, with its variants.</summary>
internal static class SimulateCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("simulate", "makes the reads of a simulated individual, its variants and the regions in which they are known");
        Flag<string> output = f.Text("output_prefix", "prefix of the files: _1.fq, _2.fq, .truth.vcf.gz, .confident.bed", required: true);
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai; without it a synthetic one is made as PREFIX.fa");
        Flag<int> length = f.Integer("synthetic_length", "bases of the synthetic reference", 400_000, 50_000, 100_000_000);
        Flag<string> truth = f.Text("truth", "VCF of real variants to carry over");
        Flag<int> offset = f.Integer("truth_offset", "added to a reference position to get that of the truth", 0);
        Flag<string> profile = f.Choice("profile", "library", "hiseqx150", [.. LibraryProfile.All.Select(p => p.Name)]);
        Flag<int> blocks = f.Integer("blocks", "blocks of sequence", 10, 1, 1_000_000);
        Flag<int> block = f.Integer("block_length", "bases of a block", 20_000, 3_000, 10_000_000);
        Flag<double> from = f.Number("min_depth", "least depth of a block", 30);
        Flag<double> to = f.Number("max_depth", "most depth of a block", 40);
        Flag<double> repeats = f.Number("repeat_change", "chance that a repeat with a stutter chance of one in a hundred differs in length; others in proportion", new VariantRates().RepeatChange);
        Flag<int> threads = f.Integer("threads", "threads; the files do not depend on them", Environment.ProcessorCount, 1, 1024);
        Flag<int> seed = f.Integer("seed", "seed", 1, 0);
        Flag<string> sample = f.Text("sample", "sample name", "simulated");
        if (!f.Parse(arguments, context.Output)) return;
        if (!(from.Value > 0) || to.Value < from.Value || to.Value > 10_000) throw ShrikeException.Usage("--min_depth and --max_depth must be positive and in order");
        if (!(repeats.Value >= 0 && repeats.Value <= 1)) throw ShrikeException.Usage("--repeat_change must lie in 0 to 1");
        string fasta = reference.Value;
        if (fasta.Length == 0)
        {
            fasta = output.Value + ".fa";
            SyntheticGenome.Write(fasta, "chrS", length.Value, (ulong)seed.Value);
        }

        (long pairs, long variants) = Simulation.Simulation.Run(new SimulationRun
        {
            Reference = fasta,
            Truth = truth.Value.Length > 0 ? truth.Value : null,
            TruthOffset = offset.Value,
            Output = output.Value,
            Profile = LibraryProfile.Named(profile.Value),
            Blocks = blocks.Value,
            BlockLength = block.Value,
            Depth = (from.Value, to.Value),
            Seed = (ulong)seed.Value,
            Threads = threads.Value,
            Rates = new VariantRates { RepeatChange = repeats.Value },
            Sample = sample.Value,
        });
        context.Log($"{pairs} read pairs, {variants} variants");
    }
}
