using Shrike.Calling.Statistics;
using Shrike.Calling.Statistics.Report;
using Shrike.Cli.Flags;
using Shrike.Core;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike stats</c>: the numbers of a VCF, and a page of charts.</summary>
internal static class StatsCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("stats", "numbers and charts of a VCF with one sample (shrike stats FILE, or --input_vcf FILE)");
        Flag<string> input = f.Text("input_vcf", "VCF or BCF", required: true);
        Flag<string> output = f.Text("outfile_base", "begin of the names of the files to write; the VCF's without .vcf.gz if not given");
        Flag<int> most = f.Integer("num_records", "most records to read, negative for all", -1);
        Flag<string> title = f.Text("title", "heading of the page; the sample's name if not given");
        if (arguments is [var file, ..] && !file.StartsWith('-')) arguments = ["--input_vcf", .. arguments];
        if (!f.Parse(arguments, context.Output)) return;
        string stem = output.Value.Length > 0 ? output.Value : VisualReport.BaseOf(input.Value);
        if (stem.Length == 0) throw ShrikeException.Usage("the input has no name: give --outfile_base");
        OutputNames.Check([.. StatisticsFiles.Names(stem), stem + VisualReport.Extension], [input.Value]);
        VcfStatistics statistics = VcfStatistics.Read(input.Value, most.Value);
        string[] written = [.. StatisticsFiles.Write(statistics, stem), VisualReport.Write(statistics, stem, input.Value, title.Value)];
        foreach (string type in VariantType.All) context.Output.WriteLine($"{type,-24} {statistics.Types[type],10}");
        context.Output.WriteLine($"{"Ti/Tv",-24} {(statistics.Transversions == 0 ? "-" : ((double)statistics.Transitions / statistics.Transversions).ToString("F3", System.Globalization.CultureInfo.InvariantCulture)),10}");
        context.Log($"written: {string.Join(", ", written)}");
    }
}
