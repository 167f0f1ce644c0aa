using System.Globalization;
using System.Text.RegularExpressions;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.TfRecord;
using Shrike.Inference.Networks;

namespace Shrike.Training.Data;

/// <summary>
/// Labelled images from files: <c>.images</c> files of <c>shrike-training images</c>; examples of <c>shrike make-examples --mode
/// training</c> (a name, <c>NAME@N.gz</c> or a pattern); or the dataset description of the original (<c>.pbtxt</c>) that
/// names such examples.
/// </summary>
public static partial class ImageInputs
{
    /// <summary>Files of a list of inputs, separated by commas.</summary>
    /// <exception cref="ShrikeException">One does not exist, or a description names none.</exception>
    public static IReadOnlyList<string> Files(string list)
    {
        var files = new List<string>();
        foreach (string name in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (name.EndsWith(".pbtxt", StringComparison.Ordinal)) files.AddRange(Files(PathOf(name)));
            else if (!name.EndsWith(".images", StringComparison.Ordinal)) files.AddRange(ShardedName.Resolve(name));
            else if (File.Exists(name)) files.Add(name);
            else throw ShrikeException.InputOutput($"{name}: no such file");
        }

        return files.Count > 0 ? files : throw ShrikeException.Usage("no file of labelled images is given");
    }

    /// <summary>Shape and channels the files say they have in the <c>example_info.json</c> beside them; null if there is none.</summary>
    /// <exception cref="ShrikeException">Two files say different things.</exception>
    public static ExampleInfo? Info(IReadOnlyList<string> files)
    {
        (string Path, ExampleInfo Info)? first = null;
        var seen = new HashSet<string>();
        foreach (string file in files)
        {
            string[] places = [ExampleInfo.PathFor(file), Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "example_info.json")];
            if (places.FirstOrDefault(File.Exists) is not { } path || !seen.Add(path)) continue;
            ExampleInfo info = ExampleInfo.Read(path);
            first ??= (path, info);
            if (!info.Channels.SequenceEqual(first.Value.Info.Channels)) throw ShrikeException.InvalidData($"{path}: has the channels {Names(info)}, but {first.Value.Path} has {Names(first.Value.Info)}: all images of a training must have the same");
            if (info.Shape is { } a && first.Value.Info.Shape is { } b && !a.SequenceEqual(b)) throw ShrikeException.InvalidData($"{path}: has images of {string.Join(" x ", a)}, but {first.Value.Path} of {string.Join(" x ", b)}: all images of a training must have the same shape");
        }

        return first?.Info;

        static string Names(ExampleInfo info) => string.Join(",", info.Channels.Select(ChannelNames.NameOf));
    }

    /// <summary>All images of some files, in order; only one is held.</summary>
    /// <param name="files">Files as <see cref="Files"/> gives them.</param>
    /// <param name="network">The network they are for; says their shape and the number of classes.</param>
    /// <param name="damaged">What a damaged record of examples means.</param>
    /// <exception cref="ShrikeException">A record is damaged, has no label or another shape (file and record are named).</exception>
    public static IEnumerable<LabelledImage> Read(IReadOnlyList<string> files, Network network, DamagedRecords damaged = DamagedRecords.Fail) =>
        files.SelectMany(f => f.EndsWith(".images", StringComparison.Ordinal) ? ReadImages(f, network) : ReadExamples(f, network, damaged));

    /// <summary>All insertions and deletions, and a random share of the SNPs: three images in four are SNPs, and few of them are hard.</summary>
    /// <param name="images">The images.</param>
    /// <param name="share">Share of the SNPs to keep, 0..1. All labels are thinned alike, so that their odds stay as they are.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static IEnumerable<LabelledImage> Thinned(IEnumerable<LabelledImage> images, double share, int seed)
    {
        var random = new Random(Seeds.Mix(seed, -2));
        return images.Where(i => i.Kind != VariantKind.Snp || random.NextDouble() < share);
    }

    private static IEnumerable<LabelledImage> ReadImages(string path, Network network)
    {
        int rowBytes = network.InputShape[1] * network.InputShape[2];
        long record = 0;
        foreach (LabelledImage image in LabelledImage.ReadAll(path))
        {
            record++;
            if (image.Rows.Length % rowBytes != 0 || image.Rows.Length > network.InputShape[0] * rowBytes)
            {
                throw ShrikeException.InvalidData($"{path}: record {record}: its {image.Rows.Length} bytes are no rows of {network.InputShape[1]} columns and {network.InputShape[2]} channels, which the network takes");
            }

            yield return image;
        }
    }

    private static IEnumerable<LabelledImage> ReadExamples(string path, Network network, DamagedRecords damaged)
    {
        int[] shape = network.InputShape;
        using var reader = new TfRecordReader(path, damaged);
        while (reader.Read())
        {
            string source = $"{path}: record {reader.Count}";
            PileupExampleCodec.Decoded example = PileupExampleCodec.Decode(reader.Current, source);
            if (example.Label is not { } label) throw ShrikeException.InvalidData($"{source}: has no label: training needs examples of make-examples --mode training");
            if (label is < 0 or > 2) throw ShrikeException.InvalidData($"{source}: its label is {label}; classes are 0, 1 and 2");
            if (example.Shape is { } s && !s.SequenceEqual(shape)) throw ShrikeException.InvalidData($"{source}: its image is {string.Join(" x ", s)}, the network takes {string.Join(" x ", shape)}");
            if (example.Image.Length != shape[0] * shape[1] * shape[2]) throw ShrikeException.InvalidData($"{source}: its image has {example.Image.Length} bytes, not {string.Join(" x ", shape)}");
            ReadOnlySpan<byte> image = example.Image.Span;
            int rowBytes = shape[1] * shape[2];
            int used = (image.LastIndexOfAnyExcept((byte)0) / rowBytes) + 1;
            int alt = example.AltIndices.Indices.Count > 0 ? example.AltIndices.Indices[0] : 0;
            if (alt >= example.Variant.AlternateBases.Count) throw ShrikeException.InvalidData($"{source}: shows ALT {alt} of {example.Variant.AlternateBases.Count}");
            yield return new LabelledImage((byte)label, LabelledImage.KindOf(example.Variant, alt), image[..(used * rowBytes)].ToArray());
        }
    }

    /// <summary>The path a dataset description names.</summary>
    private static string PathOf(string description)
    {
        string text;
        try
        {
            text = Comment().Replace(File.ReadAllText(description), "").TrimEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{description}: cannot be read: {e.Message}", e);
        }

        string? path = null;
        for (int at = 0; at < text.Length;)
        {
            Match field = Field().Match(text, at);
            if (!field.Success) throw ShrikeException.InvalidData($"{description}: is no dataset description from \"{text[at..].Trim().Split('\n')[0]}\" on; it has name, tfrecord_path and num_examples");
            string value = field.Groups["text"].Success ? field.Groups["text"].Value : field.Groups["number"].Value;
            if (field.Groups["name"].Value == "tfrecord_path") path = value;
            else if (field.Groups["name"].Value is not ("name" or "num_examples")) throw ShrikeException.InvalidData($"{description}: unknown field {field.Groups["name"].Value}; a dataset has name, tfrecord_path and num_examples");
            else if (field.Groups["name"].Value == "num_examples" && !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw ShrikeException.InvalidData($"{description}: num_examples is {value}, not a number");
            at = field.Index + field.Length;
        }

        if (path?.EndsWith(".pbtxt", StringComparison.Ordinal) == true) throw ShrikeException.InvalidData($"{description}: its tfrecord_path is another description, {path}");
        return path is { Length: > 0 } ? path : throw ShrikeException.InvalidData($"{description}: has no tfrecord_path: is this a dataset description?");
    }

    [GeneratedRegex("""\G\s*(?<name>\w+)\s*:\s*("(?<text>[^"\n]*)"|'(?<text>[^'\n]*)'|(?<number>[^\s"',;]+))\s*[,;]?""")]
    private static partial Regex Field();

    [GeneratedRegex("^\\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
