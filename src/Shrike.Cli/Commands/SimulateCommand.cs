using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Simulation;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike simulate</c>: reads of a made-up individual, with its variants.</summary>
internal static class SimulateCommand
{
    // The reads of a block are held as text, two bytes a base.
    private const double MostBasesOfBlock = 5e8;

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("simulate", "makes the reads of a simulated individual, its variants and the regions in which they are known");
        Flag<string> output = f.Text("output_prefix", "prefix of the files: _1.fq, _2.fq, .truth.vcf.gz with its index, .confident.bed", required: true);
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai; without it a synthetic one is made as PREFIX.fa");
        Flag<int> length = f.Integer("synthetic_length", "bases of the synthetic reference", 400_000, 50_000, 100_000_000);
        Flag<string> truth = f.Text("truth", "VCF of real variants to carry over");
        Flag<int> offset = f.Integer("truth_offset", "added to a reference position to get that of the truth", 0);
        Flag<string> profile = f.Text("profile", $"library: {string.Join(", ", LibraryProfile.All.Select(p => p.Name))}, or one of --profiles", "hiseqx150");
        Flag<string> profiles = f.Text("profiles", "JSON file of your own libraries, as docs/simulation.md describes");
        Flag<int> blocks = f.Integer("blocks", "blocks of sequence", 10, 1, 1_000_000);
        Flag<int> block = f.Integer("block_length", "bases of a block", 20_000, 3_000, 10_000_000);
        Flag<double> from = f.Number("min_depth", "least depth of a block", 30);
        Flag<double> to = f.Number("max_depth", "most depth of a block", 40);
        Flag<double> repeats = f.Number("repeat_change", "chance that a repeat with a stutter chance of one in a hundred differs in length; others in proportion", new VariantRates().RepeatChange);
        Flag<double> stutter = f.Number("stutter", "factor on the library's PCR stutter: well below 1 for a library made without PCR", 1);
        Flag<int> threads = f.Integer("threads", "threads; the files do not depend on them", Environment.ProcessorCount, 1, 1024);
        Flag<int> seed = f.Integer("seed", "seed", 1, 0);
        Flag<string> sample = f.Text("sample", "sample name", "simulated");
        if (!f.Parse(arguments, context.Output)) return;
        if (!(from.Value > 0) || to.Value < from.Value || to.Value > 10_000) throw ShrikeException.Usage("--min_depth and --max_depth must be positive and in order");
        if (block.Value * to.Value > MostBasesOfBlock) throw ShrikeException.Usage($"--block_length {block.Value} at --max_depth {to.Value} is too much for memory: at most {(int)(MostBasesOfBlock / to.Value)} bases a block at this depth; more --blocks give as much data");
        if (!(repeats.Value >= 0 && repeats.Value <= 1)) throw ShrikeException.Usage("--repeat_change must lie in 0 to 1");
        if (!(stutter.Value >= 0 && stutter.Value <= 100)) throw ShrikeException.Usage("--stutter must lie in 0 to 100");
        LibraryProfile library = LibraryProfile.Named(profile.Value, profiles.Value.Length > 0 ? LibraryProfile.Read(profiles.Value) : null);
        bool isSynthetic = reference.Value.Length == 0;
        if (isSynthetic && length.Value <= block.Value) throw ShrikeException.Usage($"--block_length {block.Value} must be less than --synthetic_length {length.Value}");
        using SyntheticReference? synthetic = isSynthetic ? new SyntheticReference(output.Value + ".fa", "chrS", length.Value, (ulong)seed.Value) : null;
        var run = new SimulationRun
        {
            Reference = synthetic?.TemporaryPath ?? reference.Value,
            Truth = truth.Value.Length > 0 ? truth.Value : null,
            TruthOffset = offset.Value,
            Output = output.Value,
            Profile = library with { Stutter = library.Stutter * stutter.Value },
            Blocks = blocks.Value,
            BlockLength = block.Value,
            Depth = (from.Value, to.Value),
            Seed = (ulong)seed.Value,
            Threads = threads.Value,
            Rates = new VariantRates { RepeatChange = repeats.Value },
            Sample = sample.Value,
        };
        SimulationSummary made = Simulation.Simulation.Run(run, context.Cancellation);
        synthetic?.Complete();
        if (made.Blocks < blocks.Value) context.Log($"{made.Blocks} of {blocks.Value} blocks: no more fit without overlap");
        context.Log($"{made.Pairs} read pairs, {made.Variants} variants");
    }
}
