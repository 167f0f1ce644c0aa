using Google.Protobuf;
using Shrike.Core;
using Shrike.Examples.Labelling;
using Shrike.Formats.Messages;

namespace Shrike.Examples.SmallModel;

/// <summary>A labelled row for training a small model, as a tf.Example (spec 80, 5.6).</summary>
public static class SmallModelExample
{
    private const int Classes = 3;

    /// <summary>The record of one ALT set.</summary>
    /// <param name="label">Candidate and genotype.</param>
    /// <param name="alts">0-based ALTs of the set.</param>
    /// <param name="features">The row; whole numbers.</param>
    public static Example Make(GenotypeLabel label, IReadOnlyList<int> alts, ReadOnlySpan<float> features)
    {
        Variant v = label.Variant;
        var encoded = new Int64List();
        foreach (float f in features) encoded.Value.Add((long)f);
        var oneHot = new long[Classes];
        oneHot[label.ClassOf(alts)] = 1;
        string[] ids = [v.ReferenceName, $"{v.Start}", $"{v.End}", v.ReferenceBases, string.Join('|', alts.Select(a => v.AlternateBases[a]))];
        return new Example
        {
            Features = new Features
            {
                Feature =
                {
                    ["features/encoded"] = new Feature { Int64List = encoded },
                    ["genotype/encoded"] = new Feature { Int64List = new Int64List { Value = { (label.Genotype ?? []).Select(g => (long)g) } } },
                    ["ids/encoded"] = new Feature { BytesList = new BytesList { Value = { ids.Select(ByteString.CopyFromUtf8) } } },
                    ["label/encoded"] = new Feature { Int64List = new Int64List { Value = { oneHot } } },
                },
            },
        };
    }

    /// <summary>Label, features and alleles (REF, then the first ALT) of a record.</summary>
    /// <param name="record">A tf.Example.</param>
    /// <param name="source">File and record number for messages.</param>
    /// <exception cref="ShrikeException">It is not such a record.</exception>
    public static (int Label, float[] Features, string Reference, string Alternate) Read(ReadOnlySpan<byte> record, string source)
    {
        Example example;
        try
        {
            example = Example.Parser.ParseFrom(record);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ShrikeException.InvalidData($"{source}: is no tf.Example: {e.Message}", e);
        }

        IDictionary<string, Feature> all = (example.Features ?? new Features()).Feature;
        if (all.TryGetValue("features/encoded", out Feature? f) && f.Int64List is { } features
            && all.TryGetValue("label/encoded", out Feature? l) && l.Int64List?.Value is { Count: Classes } label && label.Sum() == 1 && label.Contains(1)
            && all.TryGetValue("ids/encoded", out Feature? i) && i.BytesList?.Value is { Count: 5 } ids)
        {
            return (label.IndexOf(1), [.. features.Value.Select(v => (float)v)], ids[3].ToStringUtf8(), ids[4].ToStringUtf8().Split('|')[0]);
        }

        throw ShrikeException.InvalidData($"{source}: is no labelled row for a small model: it is made by make-examples --mode training --write_small_model_examples");
    }
}
