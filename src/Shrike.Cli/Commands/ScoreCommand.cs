using System.Globalization;
using Shrike.Cli.Flags;
using Shrike.Pipeline.Scoring;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike score</c>: precision and recall of calls against a truth.</summary>
internal static class ScoreCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("score", "precision and recall of calls against a truth, genotypes included");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> truth = f.Text("truth", "truth VCF", required: true);
        Flag<string> bed = f.Text("bed", "BED of the confident regions", required: true);
        Flag<string> calls = f.Text("calls", "VCF to score", required: true);
        Flag<bool> quality = f.Switch("gq", "also how often calls are wrong by their genotype quality, beside what it says");
        Flag<string> errorTable = f.Text("errors", "also a table of the alleles called in the wrong number of copies, tab-separated");
        if (!f.Parse(arguments, context.Output)) return;
        OutputNames.Check([errorTable.Value], [reference.Value, truth.Value, bed.Value, calls.Value]);
        (ScoreCounts snp, ScoreCounts indel, QualityBins qualities, IReadOnlyList<AlleleError> errors) = VcfScore.Score(reference.Value, truth.Value, bed.Value, calls.Value);
        if (errorTable.Value.Length > 0) ErrorTable.Write(errorTable.Value, errors);
        context.Output.WriteLine($"SNP   {snp}");
        context.Output.WriteLine($"INDEL {indel}");
        foreach (QualityBin b in quality.Value ? qualities.All : [])
        {
            string range = b.Least == qualities.All[^1].Least ? $"{b.Least}+" : $"{b.Least}-{b.Least + QualityBins.Width - 1}";
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GQ {range,-5} calls {b.Calls} wrong {b.Wrong} said {b.Said:F2}"));
        }
    }
}
