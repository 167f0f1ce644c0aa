using System.Globalization;
using Shrike.Calling.Genotyping;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike models</c>: imports, describes and lists models.</summary>
internal static class ModelsCommand
{
    private const string Usage = "the commands are import MODEL --output FOLDER, inspect MODEL, quantize MODEL --examples FILES --output FOLDER, and list";

    public static void Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (arguments.Count == 0 ? "" : arguments[0])
        {
            case "import":
                Import(arguments, context);
                break;
            case "inspect":
                Inspect(arguments, context);
                break;
            case "quantize":
                (string float32, string[] flags) = Split(arguments, "quantize");
                QuantizeCommand.Run(float32, flags, context);
                break;
            case "list":
                List(context);
                break;
            case "--help" or "-h":
                context.Output.WriteLine($"shrike models: import, describe and list models\n\n{Usage} (shrike models COMMAND --help lists its flags)");
                break;
            default:
                throw ShrikeException.Usage("shrike models: " + Usage);
        }
    }

    private static void Import(IReadOnlyList<string> arguments, CommandContext context)
    {
        (string model, string[] flags) = Split(arguments, "import");
        var f = new FlagSet("models import", "makes a package of a model that was trained for DeepVariant");
        Flag<string> output = f.Text("output", "folder of the package to write", required: true);
        Flag<string> name = f.Text("name", "name of the package; the folder's own if left out");
        Flag<bool> small = f.Switch("small_model", "the folder holds a small model; not given: told by its tensors");
        Flag<int> window = f.Integer("small_model_vaf_context_window_size", "window of a small model, which its folder does not say", 51, 0, 1 << 14);
        if (!f.Parse([.. flags.Select(a => a == "-o" ? "--output" : a)], context.Output)) return;
        if (Directory.Exists(output.Value) && Directory.EnumerateFileSystemEntries(output.Value).Any()) throw ShrikeException.Usage($"--output {output.Value}: the folder is not empty");
        string called = name.Value.Length > 0 ? name.Value : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output.Value)));
        if (IsSmall(model, small))
        {
            SmallModelPackage smallPackage = SmallModelPackage.Load(model, window.Value);
            SmallModelPackage.Save(output.Value, smallPackage.Description with { Name = called }, smallPackage.Weights);
            context.Log($"{called}: small model of {string.Join("-", smallPackage.Description.Layers)}, window of {smallPackage.Description.ContextWindow}, written to {output.Value}");
            return;
        }

        ModelPackage package = ModelPackage.Load(model);
        ModelPackage.Save(output.Value, package.Description with { Name = called }, package.Weights);
        context.Log($"{called}: {package.Weights.Count} tensors of {package.Description.Network.Name}, images of {string.Join(" x ", package.Description.Shape)}, written to {output.Value}");
    }

    private static void Inspect(IReadOnlyList<string> arguments, CommandContext context)
    {
        (string model, string[] flags) = Split(arguments, "inspect");
        var f = new FlagSet("models inspect", "describes a model");
        Flag<bool> small = f.Switch("small_model", "the folder holds a small model; not given: told by its tensors");
        Flag<int> window = f.Integer("small_model_vaf_context_window_size", "window of a small model, which its folder does not say", 51, 0, 1 << 14);
        if (!f.Parse(flags, context.Output)) return;
        TextWriter o = context.Output;
        if (IsSmall(model, small))
        {
            DescribeSmall(SmallModelPackage.Load(model, window.Value), o);
            return;
        }

        if (MultiallelicPackage.IsOne(model))
        {
            DescribeMultiallelic(MultiallelicPackage.Load(model).Description, o);
            return;
        }

        ModelPackage package = ModelPackage.Load(model);
        ModelDescription d = package.Description;
        o.WriteLine($"name        {d.Name} {d.Version}");
        o.WriteLine($"network     {d.Network.Name}, {string.Create(CultureInfo.InvariantCulture, $"{package.Weights.Values.Sum(w => (long)w.Values.Length)}")} weights in {package.Weights.Count} tensors, {string.Create(CultureInfo.InvariantCulture, $"{d.Network.MultiplyAccumulates() / 1e6:F0}")} M multiply-adds an image");
        o.WriteLine($"images      {string.Join(" x ", d.Shape)}");
        o.WriteLine($"channels    {string.Join(", ", d.Channels.Select(ChannelNames.NameOf))}");
        o.WriteLine($"provenance  {d.Provenance}");
        o.WriteLine($"trained on  {d.TrainingData}");
        o.WriteLine($"licence     {d.Licence}");
        o.WriteLine($"sha256      {d.WeightsSha256}");
        if (d.Quantization is not { } q) return;
        o.WriteLine($"precision   int8; ranges of {q.ActivationScales.Count} tensors measured on {q.Calibration}; difference from float32 on held-out images:");
        QuantizeCommand.Print(q.Differences, o);
    }

    private static bool IsSmall(string model, Flag<bool> small) => small.IsSet ? small.Value : SmallModelPackage.IsOne(model) || SmallModelPackage.IsOriginal(model);

    private static void DescribeSmall(SmallModelPackage package, TextWriter o)
    {
        SmallModelDescription d = package.Description;
        string Threshold(int? gq) => gq is { } value ? value.ToString(CultureInfo.InvariantCulture) : "not stated";
        o.WriteLine($"name        {d.Name} {d.Version}");
        o.WriteLine($"small model {string.Join("-", d.Layers)}, {string.Create(CultureInfo.InvariantCulture, $"{package.Weights.Values.Sum(w => (long)w.Values.Length)}")} weights in {package.Weights.Count} tensors");
        o.WriteLine($"window      {d.ContextWindow} positions, {(d.Haplotypes ? "with" : "without")} haplotypes");
        if (d.MaxMappingQuality is { } most) o.WriteLine($"mapping     qualities above {most.ToString(CultureInfo.InvariantCulture)} count as that");
        o.WriteLine($"thresholds  SNP {Threshold(d.SnpGqThreshold)}, indel {Threshold(d.IndelGqThreshold)}");
        o.WriteLine($"provenance  {d.Provenance}");
        o.WriteLine($"trained on  {d.TrainingData}");
        o.WriteLine($"licence     {d.Licence}");
        o.WriteLine($"sha256      {d.WeightsSha256}");
    }

    private static void DescribeMultiallelic(MultiallelicDescription d, TextWriter o)
    {
        o.WriteLine($"name        {d.Name} {d.Version}");
        o.WriteLine($"genotypes   sites with two ALTs, from the predictions of a network: {MultiallelicModel.LogInputs} numbers to {MultiallelicModel.Outputs} genotypes");
        o.WriteLine($"provenance  {d.Provenance}");
        o.WriteLine($"trained on  {d.TrainingData}");
        o.WriteLine($"licence     {d.Licence}");
        o.WriteLine($"sha256      {d.WeightsSha256}");
    }

    private static void List(CommandContext context)
    {
        foreach (string folder in ModelFolders.All())
        {
            string kind = SmallModelPackage.IsOne(folder) ? "small model" : MultiallelicPackage.IsOne(folder) ? "two ALTs" : "network";
            context.Output.WriteLine($"{Path.GetFileName(folder),-16} {kind,-12} {folder}");
        }
    }

    /// <summary>The model stands alone behind the command's name.</summary>
    private static (string Model, string[] Flags) Split(IReadOnlyList<string> arguments, string command) => arguments.Count > 1 && (!arguments[1].StartsWith('-') || arguments[1] is "--help" or "-h")
        ? (arguments[1], arguments[1].StartsWith('-') ? [.. arguments.Skip(1)] : [.. arguments.Skip(2)])
        : throw ShrikeException.Usage($"shrike models {command}: the model comes first: shrike models {command} MODEL ...");
}
