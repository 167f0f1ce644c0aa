using Shrike.Calling.Statistics;
using Shrike.Cli.Flags;
using Shrike.Core;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike stats</c>: the numbers of a VCF.</summary>
internal static class StatsCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("stats", "numbers of a VCF with one sample (shrike stats FILE, or --input_vcf FILE)");
        Flag<string> input = f.Text("input_vcf", "VCF or BCF", required: true);
        Flag<string> output = f.Text("outfile_base", "begin of the names of the files to write; the VCF's without .vcf.gz if not given");
        Flag<int> most = f.Integer("num_records", "most records to read, negative for all", -1);
        f.Ignored("title");
        if (arguments is [var file, ..] && !file.StartsWith('-')) arguments = ["--input_vcf", .. arguments];
        if (!f.Parse(arguments, context.Output)) return;
        string stem = output.Value.Length > 0 ? output.Value : WithoutExtension(input.Value);
        VcfStatistics statistics = VcfStatistics.Read(input.Value, most.Value);
        IReadOnlyList<string> written = StatisticsFiles.Write(statistics, stem);
        foreach (string type in VariantType.All) context.Output.WriteLine($"{type,-24} {statistics.Types[type],10}");
        context.Output.WriteLine($"{"Ti/Tv",-24} {(statistics.Transversions == 0 ? "-" : ((double)statistics.Transitions / statistics.Transversions).ToString("F3", System.Globalization.CultureInfo.InvariantCulture)),10}");
        context.Log($"written: {string.Join(", ", written)}");
    }

    private static string WithoutExtension(string path)
    {
        foreach (string end in (string[])[".gz", ".bcf", ".vcf"])
        {
            if (path.EndsWith(end, StringComparison.Ordinal)) path = path[..^end.Length];
        }

        return path.Length > 0 ? path : throw ShrikeException.Usage("the input has no name: give --outfile_base");
    }
}
