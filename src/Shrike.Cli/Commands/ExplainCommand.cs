using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Inference.SmallModels;
using Shrike.Pipeline.Explaining;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike explain</c>: why a run calls a place as it does, or not at all.</summary>
internal static class ExplainCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("explain", "says why a run with the same flags calls a place as it does, or not at all (shrike explain --ref F --reads F PLACE)");
        Flag<string> where = f.Word("place", "CONTIG:POSITION, CONTIG:FIRST-LAST (at most 1000 bases) or CONTIG:POSITION:REF>ALT");
        Flag<string> json = null!, html = null!;
        Flag<string> sites = null!;
        Flag<bool> quiet = null!;
        var calling = new CallingFlags(f, () =>
        {
            json = f.Text("output_json", "the explanation as JSON");
            html = f.Text("output_html", "the explanation as one HTML page that needs no network");
            quiet = f.Switch("quiet", "print no remarks");

            sites = f.Text("sites", "accepted as run has it, and left out: explained is what the reads bring, which the sites do not change");

            // A command line of run can be taken as it is: these do not change an answer.
            f.Ignored("output_vcf", "output_gvcf", "num_shards", "threads", "painter", "log_json", "report_title");
            f.Ignored(ResumeFlags.WithValue);
            f.IgnoredSwitches("vcf_stats_report", "print_plan", "dry_run", ResumeFlags.Switch);
        });
        if (!f.Parse(arguments, context.Output)) return;
        calling.PresetType("WGS");
        OutputNames.Check([json.Value, html.Value], calling.Inputs);
        if (sites.IsSet && !quiet.Value) context.Log("--sites: explained is what the reads bring; records that only the sites bring (INFO/FORCED) are left out");
        CallingSetup setup = calling.Build("explain", gvcf: false, paintsOnDevice: false, quiet.Value ? _ => { } : context.Log);
        Place place = Place.Parse(where.Value, setup.Inputs.Reference);
        SmallModelDescription? small = setup.SmallModel?.Description;
        Explanation explanation = Explainer.Explain(setup.Run, setup.Inputs, place, small is null ? null : $"{small.Name} {small.Version}");

        // Files first: a page that cannot be written is an error, not an answer.
        if (json.Value.Length > 0) AtomicFile.WriteAllText(json.Value, ExplanationJson.Write(explanation));
        if (html.Value.Length > 0) AtomicFile.WriteAllText(html.Value, ExplanationHtml.Write(explanation));
        context.Output.Write(ExplanationText.Write(explanation));
    }
}
