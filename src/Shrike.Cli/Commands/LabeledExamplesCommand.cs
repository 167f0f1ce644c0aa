using Shrike.Cli.Flags;
using Shrike.Formats;
using Shrike.Pipeline.Labelled;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike labeled-examples-to-vcf</c>: the sites of training examples as a VCF.</summary>
internal static class LabeledExamplesCommand
{
    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        var f = new FlagSet("labeled-examples-to-vcf", "writes the labelled sites of training examples as a VCF");
        Flag<string> reference = f.Text("ref", "reference FASTA with .fai", required: true);
        Flag<string> examples = f.Text("examples", "training examples: NAME.tfrecord.gz, NAME.tfrecord@N.gz or a pattern", required: true);
        Flag<string> output = f.Text("output_vcf", "VCF to write; .gz is compressed and indexed", required: true);
        Flag<string> sample = f.Text("sample_name", "sample name instead of that of the examples");
        Flag<int> max = f.Integer("max_records", "read at most so many examples, -1 for all", -1, -1);
        Flag<bool> unlabelled = f.Switch("allow_unlabeled_examples", "write examples without label as ./.");
        f.Ignored("log_every");
        if (!f.Parse(arguments, context.Output)) return;
        OutputNames.Check([output.Value], [reference.Value, .. ShardedName.Resolve(examples.Value)]);
        long count = LabelledExamplesVcf.Write(reference.Value, examples.Value, output.Value, sample.Value, max.Value, unlabelled.Value);
        context.Log($"{count} sites");
    }
}
