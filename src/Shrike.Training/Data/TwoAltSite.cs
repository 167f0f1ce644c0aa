using Shrike.Calling.Genotyping;
using Shrike.Core;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Inference;

namespace Shrike.Training.Data;

/// <summary>A site that keeps two ALTs after pruning, as a network sees it, with its true genotype.</summary>
/// <param name="Features">What the model of such sites takes.</param>
/// <param name="Genotype">The genotype, in VCF order: 0..5.</param>
public sealed record TwoAltSite(float[] Features, int Genotype)
{
    // The smallest QUAL with which stage 3 keeps an ALT.
    private const double KeptQuality = 1;

    /// <summary>Sites of labelled examples, in order. The examples of a site stand together.</summary>
    /// <param name="path">A file of <c>make-examples --mode training</c>.</param>
    /// <param name="network">The network whose predictions the model is to merge.</param>
    /// <param name="imageBytes">Bytes of an image that it takes.</param>
    /// <exception cref="ShrikeException">A record is damaged, has no label or an image that the network does not take.</exception>
    public static IEnumerable<TwoAltSite> ReadAll(string path, INetworkBackend network, int imageBytes)
    {
        using var reader = new TfRecordReader(path, DamagedRecords.Fail);
        var site = new List<PileupExampleCodec.Decoded>();
        while (reader.Read())
        {
            string source = $"{path}: record {reader.Count}";
            PileupExampleCodec.Decoded example = PileupExampleCodec.Decode(reader.Current, source);
            if (example.Label is not (>= 0 and <= 2)) throw ShrikeException.InvalidData($"{source}: has no label 0, 1 or 2: training needs examples of make-examples --mode training");
            if (example.Image.Length != imageBytes) throw ShrikeException.InvalidData($"{source}: its image has {example.Image.Length} bytes, the network takes {imageBytes}");
            if (site.Count > 0 && !site[0].Variant.Equals(example.Variant))
            {
                if (Of(site, network) is { } done) yield return done;
                site.Clear();
            }

            if (example.Variant.AlternateBases.Count > 1) site.Add(example);
        }

        if (Of(site, network) is { } last) yield return last;
    }

    /// <summary>The site, if stage 3 would keep exactly two of its ALTs and its labels are a genotype of them.</summary>
    private static TwoAltSite? Of(List<PileupExampleCodec.Decoded> site, INetworkBackend network)
    {
        if (site.Count == 0) return null;
        Variant variant = site[0].Variant;
        var images = new byte[site.Sum(s => s.Image.Length)];
        for (int i = 0; i < site.Count; i++) site[i].Image.Span.CopyTo(images.AsSpan(i * site[0].Image.Length));
        var raw = new float[site.Count * 3];
        network.Run(images, site.Count, raw);
        double[] Probabilities(int row) => [raw[row * 3], raw[(row * 3) + 1], raw[(row * 3) + 2]];
        int Row(params int[] alts) => site.FindIndex(s => s.AltIndices.Indices.SequenceEqual(alts));
        int[] kept = [.. Enumerable.Range(0, variant.AlternateBases.Count).Where(a => Row(a) >= 0 && Likelihoods.Quality(Probabilities(Row(a))) >= KeptQuality)];
        if (kept.Length != 2) return null;
        (int a, int b, int both) = (Row(kept[0]), Row(kept[1]), Row(kept[0], kept[1]));
        if (both < 0 || site.Exists(s => s.AltIndices.Indices is [int alone] && s.Label > 0 && !kept.Contains(alone))) return null;
        (int first, int second) = ((int)site[a].Label!.Value, (int)site[b].Label!.Value);
        if (first + second > 2) return null;
        int genotype = Likelihoods.GenotypeIndex(first + second == 2 ? (first > 0 ? 1 : 2) : 0, first + second == 0 ? 0 : second > 0 ? 2 : 1);
        int difference = variant.AlternateBases[kept[0]].Length - variant.AlternateBases[kept[1]].Length;
        return new TwoAltSite(MultiallelicModel.LogFeatures(Probabilities(a), Probabilities(b), Probabilities(both), difference), genotype);
    }
}
