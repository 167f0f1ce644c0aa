using System.Text;
using Google.Protobuf;
using Shrike.Calling.Records;
using Shrike.Calling.Vcf;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;
using Shrike.Hts;

namespace Shrike.Pipeline.Labelled;

/// <summary>The labelled sites of training examples as a VCF, to look at or to compare with the truth.</summary>
public static class LabelledExamplesVcf
{
    /// <summary>Writes one record a site, sorted; images are not kept in memory. Returns the number of records.</summary>
    /// <param name="reference">FASTA, for the contigs of the header.</param>
    /// <param name="examples">Examples: name, base@N or pattern.</param>
    /// <param name="output">VCF to write.</param>
    /// <param name="sample">Sample name; empty for that of the first example.</param>
    /// <param name="maxRecords">Read at most so many examples; negative for all.</param>
    /// <param name="allowUnlabelled">Write ./. for examples without label instead of failing.</param>
    /// <exception cref="ShrikeException">An example has no label, or lies on a contig the reference does not have.</exception>
    public static long Write(string reference, string examples, string output, string sample, long maxRecords, bool allowUnlabelled)
    {
        ContigTable contigs;
        using (ReferenceReader reader = ReferenceReader.Open(reference)) contigs = ContigTable.Of(reader);
        List<Variant> variants = [.. Variants(examples, maxRecords, allowUnlabelled)];
        if (sample.Length == 0) sample = variants is [{ Calls: [{ CallSetName: { Length: > 0 } name }, ..] }, ..] ? name : "UNKNOWN";
        VcfFormat format = VcfOutput.FormatOf(output);
        using var file = new VcfOutput(output, format, VcfHeaderText.Build(new VcfHeaderContent { Contigs = contigs.Contigs, Sample = sample }), contigs);
        var part = new VcfPart();
        var call = new Call();
        foreach (IGrouping<string, Variant> contig in variants.GroupBy(v => v.ReferenceName).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            part.Clear();
            part.Contig = contigs.Find(Encoding.UTF8.GetBytes(contig.Key), part.Contig);
            if (part.Contig < 0) throw ShrikeException.Usage($"{examples}: {contig.Key}:{contig.First().Start + 1}: the reference {reference} has no such contig");

            // The first example of a site stands for it.
            foreach (Variant v in contig.DistinctBy(v => (v.Start, v.End)).OrderBy(v => v.Start).ThenBy(v => v.End))
            {
                call.Clear();
                VariantDecoder.Decode(v.ToByteArray(), call);
                VcfRecordText.Append(part.Text, call, contigs.Name(part.Contig), withAnyAllele: false);
                part.Lines.Add(new VcfPart.Line(v.Start, v.End, part.Text.Length));
            }

            if (format == VcfFormat.Bgzf) part.Compress();
            file.Write(part);
        }

        file.Complete();
        return file.Count;
    }

    private static IEnumerable<Variant> Variants(string examples, long maxRecords, bool allowUnlabelled)
    {
        long count = 0;
        foreach (string path in ShardedName.Resolve(examples))
        {
            using var reader = new TfRecordReader(path);
            while ((maxRecords < 0 || count < maxRecords) && reader.Read())
            {
                count++;
                string source = $"{path}: record {reader.Count}";
                PileupExampleCodec.Decoded example = PileupExampleCodec.Decode(reader.Current, source);
                Variant v = example.Variant;
                if (v.Calls.Count == 0) v.Calls.Add(new VariantCall());
                if (v.Calls.Count > 1 || v.Calls[0].Genotype.Count is not (0 or 2)) throw ShrikeException.InvalidData($"{source}: its variant is not of one diploid sample");
                if (v.Calls[0].Genotype.Count == 0 || v.Calls[0].Genotype.Any(g => g < 0)) SetGenotype(v.Calls[0], example.Label, allowUnlabelled, source);
                yield return v;
            }
        }
    }

    private static void SetGenotype(VariantCall call, long? label, bool allowUnlabelled, string source)
    {
        int[] genotype = label switch
        {
            0 => [0, 0],
            1 => [0, 1],
            2 => [1, 1],
            null when allowUnlabelled => [-1, -1],
            null => throw ShrikeException.InvalidData($"{source}: has no label: are these training examples? (--allow_unlabeled_examples writes them as ./.)"),
            _ => throw ShrikeException.InvalidData($"{source}: its label {label} is no genotype"),
        };
        call.Genotype.Clear();
        call.Genotype.AddRange(genotype);
    }
}
