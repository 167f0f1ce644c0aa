using System.Globalization;
using Shrike.Cli.Flags;
using Shrike.Examples.Realigning;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;
using Shrike.Pipeline.Engine;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike run</c>: reads to calls in one process.</summary>
internal static class RunCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("run", "calls variants: reads in, VCF and gVCF out");
        Flag<string> vcf = null!, gvcf = null!, painter = null!;
        Flag<int> shards = null!, threads = null!;
        Flag<bool> quiet = null!;
        var calling = new CallingFlags(f, () =>
        {
            vcf = f.Text("output_vcf", "VCF to write; .gz is compressed and indexed, .bcf is BCF", required: true);
            gvcf = f.Text("output_gvcf", "gVCF to write");
            shards = f.Integer("num_shards", "threads", 0, 0, 1024);
            threads = f.Integer("threads", "threads, 0 for all; wins over --num_shards", 0, 0, 1024);
            quiet = f.Switch("quiet", "print nothing but errors");
            painter = f.Choice("painter", "who paints the images that a GPU sees: cpu, or gpu from rows of bases; the calls are the same", "cpu", "cpu", "gpu");
        });
        if (!f.Parse(arguments, context.Output)) return;
        Action<string> log = quiet.Value ? _ => { } : context.Log;
        CallingSetup setup = calling.Build("run", gvcf.Value.Length > 0, painter.Value == "gpu", log);
        ModelDescription model = setup.Run.Model.Description;
        SmallModelPackage? small = setup.SmallModel;
        using RealignerDiagnostics? diagnostics = calling.Stage.Diagnostics(calling.Reads);
        CallingSummary summary = CallingEngine.Run(
            setup.Run with
            {
                Stage = setup.Run.Stage with { Diagnostics = diagnostics },
                Vcf = vcf.Value,
                Gvcf = gvcf.Value.Length > 0 ? gvcf.Value : null,
                Threads = StageOneFlags.Threads(threads.Value > 0 ? threads : shards),
                HeaderLines =
                [
                    $"##shrike_version={Version.Text}",
                    $"##shrike_command={f.CommandLine("output_vcf", "output_gvcf", "num_shards", "threads", "quiet", "device", "devices", "painter")}",
                    $"##shrike_model=<ID={model.Name},Version={model.Version},SHA256={model.WeightsSha256}>",
                    .. small is null ? [] : new[] { $"##shrike_small_model=<ID={small.Description.Name},Version={small.Description.Version},SHA256={small.Description.WeightsSha256}>" },
                ],
            },
            setup.Inputs,
            context.Cancellation);
        SmallModelFlags.LogWithdrawn(summary.SmallModelWithdrawn, log);
        PhasingFlags.LogUnphased(summary.UnphasedPartitions, log);
        log(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Candidates} candidates, {(small is null ? "" : $"{summary.SmallModelCalls} answers of the small model, ")}{summary.Images} images, {summary.Records} records; core seconds: examples {summary.StageOneSeconds:F2}, network {summary.StageTwoSeconds:F2}, calls {summary.StageThreeSeconds:F2}"));
    }
}
