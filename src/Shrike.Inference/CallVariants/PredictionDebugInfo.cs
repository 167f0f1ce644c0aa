using Google.Protobuf;
using Shrike.Core;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Info = Shrike.Formats.Messages.CallVariantsOutput.Types.DebugInfo;

namespace Shrike.Inference.CallVariants;

/// <summary>What of an example goes into its prediction record beside the numbers.</summary>
/// <param name="Image">The image, its curation, and the variant's type.</param>
/// <param name="TrueLabel">The example's label, which it must have.</param>
public readonly record struct DebugContent(bool Image, bool TrueLabel)
{
    private static readonly string[] Symbolic = ["<*>", "<NON_REF>", "."];

    /// <summary>Fills in a record; the label goes into it only beside the image.</summary>
    /// <exception cref="ShrikeException">The example has no label, but should.</exception>
    public void Fill(CallVariantsOutput record, PileupExampleCodec.Decoded example, int[] shape)
    {
        if (!Image && !TrueLabel) return;
        var info = new Info { PredictedLabel = Best(record.GenotypeProbabilities) };
        string reference = example.Variant.ReferenceBases;
        string[] alts = [.. example.Variant.AlternateBases.Except(Symbolic)];
        bool indel = reference.Length > 1 || alts.Any(a => a.Length > 1);
        info.IsSnp = reference.Length == 1 && alts.Length > 0 && alts.All(a => a.Length == 1);
        info.HasInsertion = indel && alts.Any(a => a.Length > reference.Length);
        info.HasDeletion = indel && alts.Any(a => a.Length < reference.Length);
        if (Image)
        {
            info.ImageEncoded = ByteString.CopyFrom(example.Image.Span);
            info.PileupCuration = PileupCurator.Curate(example.Image.Span, shape);
            if (TrueLabel && example.Label is { } label) info.TrueLabel = (int)Math.Clamp(label, int.MinValue, int.MaxValue);
        }

        record.DebugInfo = info;
    }

    /// <summary>The first of the likeliest.</summary>
    private static int Best(IList<double> p) => Enumerable.Range(0, p.Count).MaxBy(i => p[i]);
}
