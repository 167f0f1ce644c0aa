using System.Globalization;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Inference.Models;
using Shrike.Inference.Quantization;

namespace Shrike.Cli.Commands;

/// <summary><c>shrike models quantize</c>: an 8-bit package of a float32 one, with its distance from it.</summary>
internal static class QuantizeCommand
{
    public static void Run(string model, string[] flags, CommandContext context)
    {
        var f = new FlagSet("models quantize", "makes an 8-bit package of a model and says how far its probabilities are from float32");
        var defaults = new QuantizerOptions { Examples = [] };
        Flag<string> examples = f.Text("examples", "examples to measure ranges on: names, NAME@N or patterns, separated by commas", required: true);
        Flag<string> heldOut = f.Text("held_out_examples", "examples to compare on; not given: every second one of --examples, which then is not measured on");
        Flag<string> output = f.Text("output", "folder of the package to write", required: true);
        Flag<string> name = f.Text("name", "name of the package; the folder's own if left out");
        Flag<int> images = f.Integer("calibration_images", "most images to measure ranges on", defaults.CalibrationImages, 1, 65_536);
        Flag<int> compared = f.Integer("compared_images", "most images to compare on", defaults.ComparedImages, 1, 65_536);
        Flag<double> mean = f.Number("max_mean_difference", "mean difference of a probability, of any type of variant, beyond which nothing is written", defaults.MaxMeanDifference);
        Flag<double> flips = f.Number("max_flips", "part of the images with another likeliest genotype beyond which nothing is written", defaults.MaxFlips);
        if (!f.Parse([.. flags.Select(a => a == "-o" ? "--output" : a)], context.Output)) return;
        if (Directory.Exists(output.Value) && Directory.EnumerateFileSystemEntries(output.Value).Any()) throw ShrikeException.Usage($"--output {output.Value}: the folder is not empty");
        var options = new QuantizerOptions
        {
            Examples = Names(examples.Value),
            HeldOut = Names(heldOut.Value),
            CalibrationImages = images.Value,
            ComparedImages = compared.Value,
            MaxMeanDifference = mean.Value,
            MaxFlips = flips.Value,
        };
        var (description, weights) = Quantizer.Quantize(ModelPackage.Load(model), options);
        Print(description.Quantization!.Differences, context.Output);
        if (Quantizer.Refusal(description.Quantization, options) is { } why) throw ShrikeException.InvalidData($"{model}: in 8 bits its {why}: nothing was written (--max_mean_difference, --max_flips)");
        string called = name.Value.Length > 0 ? name.Value : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output.Value)));
        ModelPackage.Save(output.Value, description with { Name = called, Provenance = $"8-bit package of {description.Name} {description.Version}; {description.Provenance}" }, weights);
        context.Log($"{called}: ranges measured on {description.Quantization.Calibration}, written to {output.Value}");
    }

    /// <summary>The comparison as a table.</summary>
    public static void Print(IReadOnlyList<QuantizationDifference> differences, TextWriter o)
    {
        o.WriteLine("type        images  mean difference  largest difference  other genotype");
        foreach (QuantizationDifference d in differences) o.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Type,-10} {d.Examples,7}  {d.Mean,15:F6}  {d.Most,18:F6}  {d.Flips,14}"));
    }

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
