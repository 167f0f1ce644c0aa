using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Models;

namespace Shrike.Inference.Quantization;

/// <summary>Images of examples files in memory, with the type of variant each shows.</summary>
internal sealed record ImageSet(byte[] Images, IReadOnlyList<string> Types)
{
    /// <summary>Number of images.</summary>
    public int Count => Types.Count;

    /// <summary>
    /// Reads the images of examples files; of more than <paramref name="most"/> it keeps some that are evenly spread, so that every file
    /// and region counts.
    /// </summary>
    /// <param name="specs">Names, specs or patterns.</param>
    /// <param name="model">The model they are for.</param>
    /// <param name="most">Images to keep; fewer where they would not fit into one array.</param>
    /// <exception cref="ShrikeException">There are no images, or they are not the model's.</exception>
    public static ImageSet Read(IReadOnlyList<string> specs, ModelDescription model, int most)
    {
        int imageBytes = model.Shape[0] * model.Shape[1] * model.Shape[2];
        most = Math.Min(most, Array.MaxLength / imageBytes);
        var kept = new List<(PileupExampleCodec.Decoded Example, long Index)>();
        long read = 0, every = 1;
        foreach (string path in specs.SelectMany(ShardedName.Resolve))
        {
            CheckChannels(path, model);
            using var reader = new TfRecordReader(path);
            for (; reader.Read(); read++)
            {
                if (read % every != 0) continue;
                string where = $"{path}: record {reader.Count}";
                PileupExampleCodec.Decoded example = PileupExampleCodec.Decode(reader.Current, where);
                if (example.Image.Length != imageBytes) throw ShrikeException.InvalidData($"{where}: its image has {example.Image.Length} bytes, but the model {model.Name} takes {string.Join(" x ", model.Shape)}");
                if (example.AltIndices.Indices.Any(a => a < 0 || a >= example.Variant.AlternateBases.Count)) throw ShrikeException.InvalidData($"{where}: it shows an ALT that its variant does not have");
                kept.Add((example, read));
                if (kept.Count < 2 * most) continue;
                every *= 2;
                kept.RemoveAll(k => k.Index % every != 0);
            }
        }

        if (kept.Count == 0) throw ShrikeException.InvalidData($"{string.Join(", ", specs)}: holds no examples");
        PileupExampleCodec.Decoded[] chosen = [.. Enumerable.Range(0, Math.Min(most, kept.Count)).Select(i => kept[(int)((long)i * kept.Count / Math.Min(most, kept.Count))].Example)];
        var images = new byte[chosen.Length * imageBytes];
        for (int i = 0; i < chosen.Length; i++) chosen[i].Image.Span.CopyTo(images.AsSpan(i * imageBytes, imageBytes));
        return new ImageSet(images, [.. chosen.Select(e => TypeOf(e.Variant, e.AltIndices.Indices))]);
    }

    /// <summary>Every second image to measure ranges on, at most so many, and the others to compare on.</summary>
    public (ImageSet Calibration, ImageSet HeldOut) Halves(int mostCalibration)
    {
        if (Count < 2) throw ShrikeException.InvalidData("one example is not enough to measure ranges on and to compare on");
        int[] even = [.. Enumerable.Range(0, Count).Where(i => i % 2 == 0)], odd = [.. Enumerable.Range(0, Count).Where(i => i % 2 == 1)];
        return (Pick([.. Enumerable.Range(0, Math.Min(mostCalibration, even.Length)).Select(i => even[(int)((long)i * even.Length / Math.Min(mostCalibration, even.Length))])]), Pick(odd));
    }

    private ImageSet Pick(int[] chosen)
    {
        int imageBytes = Images.Length / Count;
        var images = new byte[chosen.Length * imageBytes];
        for (int i = 0; i < chosen.Length; i++) Images.AsSpan(chosen[i] * imageBytes, imageBytes).CopyTo(images.AsSpan(i * imageBytes));
        return new ImageSet(images, [.. chosen.Select(i => Types[i])]);
    }

    /// <summary>SNP, insertion, deletion, or mixed where ALTs shown together differ.</summary>
    internal static string TypeOf(Variant variant, IEnumerable<int> alts)
    {
        string[] types = [.. alts.Select(a => variant.AlternateBases[a].Length - variant.ReferenceBases.Length).Select(d => d == 0 ? "SNP" : d > 0 ? "insertion" : "deletion").Distinct()];
        return types.Length == 1 ? types[0] : "mixed";
    }

    private static void CheckChannels(string path, ModelDescription model)
    {
        string info = ExampleInfo.PathFor(path);
        if (!File.Exists(info)) return;
        int[] channels = ExampleInfo.Read(info).Channels;
        if (!channels.SequenceEqual(model.Channels)) throw ShrikeException.Usage($"{path} has the channels {string.Join(",", channels)}, but the model {model.Name} takes {string.Join(",", model.Channels)}");
    }
}
