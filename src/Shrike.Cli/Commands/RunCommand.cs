using System.Globalization;
using System.Text.Json.Nodes;
using Shrike.Calling.Statistics;
using Shrike.Calling.Statistics.Report;
using Shrike.Cli.Flags;
using Shrike.Cli.Planning;
using Shrike.Core;
using Shrike.Core.Guarding;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Realigning;
using Shrike.Hts;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;
using Shrike.Pipeline.Engine;
using Shrike.Pipeline.Telemetry;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike run</c>: reads to calls in one process.</summary>
internal static class RunCommand
{
    // They say where to write and how fast, and change no call.
    private static readonly string[] Indifferent = ["output_vcf", "output_gvcf", "num_shards", "threads", "quiet", "device", "devices", "painter", "vcf_stats_report", "report_title", "log_json", "print_plan", "dry_run", ResumeFlags.Switch, .. ResumeFlags.WithValue, .. GuardFlags.Names];

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        using var telemetry = new RunTelemetry();
        try
        {
            Run(arguments, context, telemetry);
        }
        catch (Exception e)
        {
            telemetry.Fail(e, context.StoppedBy);
            throw;
        }
    }

    private static void Run(IReadOnlyList<string> arguments, CommandContext context, RunTelemetry telemetry)
    {
        var f = new FlagSet("run", "calls variants: reads in, VCF and gVCF out");
        Flag<string> vcf = null!, gvcf = null!, painter = null!, jsonLog = null!, pageTitle = null!, sites = null!;
        Flag<int> shards = null!, threads = null!;
        Flag<bool> quiet = null!, page = null!, plan = null!, dryRun = null!;
        ResumeFlags resume = null!;
        GuardFlags guards = null!;
        var calling = new CallingFlags(f, () =>
        {
            vcf = f.Text("output_vcf", "VCF to write; .gz is compressed and indexed, .bcf is BCF", required: true);
            gvcf = f.Text("output_gvcf", "gVCF to write");
            sites = f.Text("sites", "VCF or BCF of alleles, with index: each in the regions called gets a record, also where the reads show nothing of it");
            shards = f.Integer("num_shards", "threads", 0, 0, 1024);
            threads = f.Integer("threads", "threads, 0 for all; wins over --num_shards", 0, 0, 1024);
            quiet = f.Switch("quiet", "print nothing but errors");
            jsonLog = f.Text("log_json", "log for machines to write, one JSON object a line");
            page = f.Switch("vcf_stats_report", "write a page of charts of the calls beside the VCF, NAME" + VisualReport.Extension);
            pageTitle = f.Text("report_title", "heading of that page; the sample's name if not given");
            painter = f.Choice("painter", "who paints the images that a GPU sees: cpu, or gpu from rows of bases; the calls are the same", "cpu", "cpu", "gpu");
            resume = new ResumeFlags(f);
            guards = new GuardFlags(f);
            plan = f.Switch("print_plan", "compute nothing: check the inputs and print the commands of the three stages that give the same calls, for bash");
            dryRun = f.Switch("dry_run", "the same");
        });
        if (!f.Parse(arguments, context.Output)) return;
        OutputNames.Check([vcf.Value, gvcf.Value, jsonLog.Value, page.Value ? VisualReport.BaseOf(vcf.Value) + VisualReport.Extension : "", resume.FileFor(vcf.Value)], [.. calling.Inputs, sites.Value]);
        if (pageTitle.IsSet && !page.Value) throw ShrikeException.Usage("--report_title is the heading of --vcf_stats_report, which is not given");
        if (page.Value && AtomicFile.IsDevicePath(vcf.Value)) throw ShrikeException.Usage($"--vcf_stats_report reads the calls again, which {vcf.Value} does not keep: write them to a file, or leave the flag out");
        int workers = StageOneFlags.Threads(threads.Value > 0 ? threads : shards);
        if (plan.Value || dryRun.Value)
        {
            var stages = new StagePlan(f, calling.Build("run", gvcf.Value.Length > 0, paintsOnDevice: false, quiet.Value ? _ => { } : context.Log));
            context.Output.Write(stages.Write(vcf.Value, gvcf.Value, page.Value ? pageTitle.Value : null, resume.Folder, workers));
            return;
        }

        telemetry.Open(quiet.Value ? _ => { } : context.Log, quiet.Value ? null : Terminal(), jsonLog.Value.Length > 0 ? new JsonLog(jsonLog.Value) : null);
        Action<string> log = telemetry.Print;
        (RunGuard guard, workers) = guards.Build(workers, log, telemetry.Stalled);
        foreach (string name in f.GivenInVain) log($"--{name} changes nothing here");
        CallingSetup setup = calling.Build("run", gvcf.Value.Length > 0, painter.Value == "gpu", log);
        ModelDescription model = setup.Run.Model.Description;
        SmallModelPackage? small = setup.SmallModel;
        if (sites.Value.Length > 0) setup = WithSites(setup, sites.Value, log);
        using RealignerDiagnostics? diagnostics = calling.Stage.Diagnostics(calling.Reads);
        DiskSpace.WarnIfLow([vcf.Value, gvcf.Value, resume.FileFor(vcf.Value)], log);
        telemetry.Begin(() => new JsonObject { ["version"] = Version.Text, ["command"] = f.CommandLine(), ["sample"] = setup.Run.SampleName, ["model"] = model.Name, ["small_model"] = small?.Description.Name, ["gpus"] = setup.Run.Device.Gpus.Count, ["threads"] = workers, ["memory_budget_bytes"] = guard.Memory?.Bytes });
        CallingSummary summary = CallingEngine.Run(
            setup.Run with
            {
                Stage = setup.Run.Stage with { Diagnostics = diagnostics },
                Vcf = vcf.Value,
                Gvcf = gvcf.Value.Length > 0 ? gvcf.Value : null,
                Threads = workers,
                Records = resume.Build(vcf.Value, diagnostics is not null, () => ResumeFlags.FingerprintOf(f.Given(Indifferent), setup, gvcf.Value.Length > 0), line => context.LastWords = line),
                Guard = guard,
                Progress = telemetry.Progress,
                HeaderLines =
                [
                    $"##shrike_version={Version.Text}",
                    $"##shrike_command={f.CommandLine(Indifferent)}",
                    .. setup.ModelLines,
                ],
            },
            setup.Inputs,
            context.Cancellation);
        if (page.Value) log("written: " + VisualReport.Write(VcfStatistics.Read(vcf.Value), VisualReport.BaseOf(vcf.Value), vcf.Value, pageTitle.Value));
        SmallModelFlags.LogWithdrawn(summary.SmallModelWithdrawn, log);
        PhasingFlags.LogUnphased(summary.UnphasedPartitions, log);
        if (sites.Value.Length > 0) log(string.Create(CultureInfo.InvariantCulture, $"{sites.Value}: {summary.ForcedAlleles} alleles in the regions: {summary.ForcedAlleles - summary.ForcedRecords} in the calls of the reads, {summary.ForcedRecords} in records of their own (INFO/FORCED)"));
        telemetry.End(summary, workers, small is not null);
    }

    /// <summary>The run with given sites, checked.</summary>
    private static CallingSetup WithSites(CallingSetup setup, string sites, Action<string> log)
    {
        CallingRun run = setup.Run;
        using ReferenceReader reference = ReferenceReader.Open(run.Stage.Reference);
        SitesPreflight.Check(sites, reference, run.CalledRegions(setup.Inputs), log);
        return setup with { Run = run with { Stage = run.Stage with { Sites = sites }, Calling = run.Calling with { HasForcedSites = true } } };
    }

    /// <summary>Standard error, if it is a terminal that can take a line back.</summary>
    private static TextWriter? Terminal() => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? null : Console.Error;
}
