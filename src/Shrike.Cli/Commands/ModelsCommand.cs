using System.Globalization;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Inference.Models;
using Shrike.Inference.SmallModels;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike models</c>: imports, describes and lists models.</summary>
internal static class ModelsCommand
{
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
            case "list":
                List(context);
                break;
            default:
                throw ShrikeException.Usage("shrike models: the commands are import MODEL --output FOLDER, inspect MODEL, and list");
        }
    }

    private static void Import(IReadOnlyList<string> arguments, CommandContext context)
    {
        (string model, string[] flags) = Split(arguments, "import");
        var f = new FlagSet("models import", "makes a package of a model that was trained for DeepVariant");
        Flag<string> output = f.Text("output", "folder of the package to write", required: true);
        Flag<string> name = f.Text("name", "name of the package; the folder's own if left out");
        if (!f.Parse([.. flags.Select(a => a == "-o" ? "--output" : a)], context.Output)) return;
        if (Directory.Exists(output.Value) && Directory.EnumerateFileSystemEntries(output.Value).Any()) throw ShrikeException.Usage($"--output {output.Value}: the folder is not empty");
        ModelPackage package = ModelPackage.Load(model);
        string called = name.Value.Length > 0 ? name.Value : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output.Value)));
        ModelPackage.Save(output.Value, package.Description with { Name = called }, package.Weights);
        context.Log($"{called}: {package.Weights.Count} tensors of {package.Description.Network.Name}, images of {string.Join(" x ", package.Description.Shape)}, written to {output.Value}");
    }

    private static void Inspect(IReadOnlyList<string> arguments, CommandContext context)
    {
        (string model, string[] flags) = Split(arguments, "inspect");
        if (!new FlagSet("models inspect", "describes a model").Parse(flags, context.Output)) return;
        TextWriter o = context.Output;
        if (SmallModelPackage.IsOne(model))
        {
            SmallModelPackage small = SmallModelPackage.Load(model);
            o.WriteLine($"small model: {small.Description.Name} {small.Description.Version}");
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
    }

    private static void List(CommandContext context)
    {
        foreach (string folder in ModelFolders.All())
        {
            string kind = SmallModelPackage.IsOne(folder) ? "small model" : "network";
            context.Output.WriteLine($"{Path.GetFileName(folder),-16} {kind,-12} {folder}");
        }
    }

    /// <summary>The model stands alone behind the command's name.</summary>
    private static (string Model, string[] Flags) Split(IReadOnlyList<string> arguments, string command) => arguments.Count > 1 && (!arguments[1].StartsWith('-') || arguments[1] is "--help" or "-h")
        ? (arguments[1], arguments[1].StartsWith('-') ? [.. arguments.Skip(1)] : [.. arguments.Skip(2)])
        : throw ShrikeException.Usage($"shrike models {command}: the model comes first: shrike models {command} MODEL ...");
}
