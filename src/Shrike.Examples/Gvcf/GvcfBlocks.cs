using System.Globalization;
using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Gvcf;

/// <summary>
/// Reference records of a partition: runs of positions with the same binned quality become one block; positions at
/// which hom-ref is not the most likely genotype stand alone, as no-calls. Letters other than A, C, G, T break blocks
/// and get no record.
/// </summary>
public sealed class GvcfBlocks
{
    private const string OtherLetters = "RYSWKMBDHVN";
    private readonly GvcfOptions _options;
    private readonly ReferenceConfidence _model;

    /// <param name="options">How blocks are made.</param>
    public GvcfBlocks(GvcfOptions options)
    {
        _options = options;
        _model = new ReferenceConfidence(options.ErrorProbability);
    }

    /// <summary>Records of [start, end), which lies inside the counted interval; ascending.</summary>
    public List<Variant> Make(AlleleCounter counter, string contig, int start, int end)
    {
        var records = new List<Variant>();
        bool mayBeHaploid = _options.HaploidContigs.Contains(contig);
        int runStart = start;
        int runKey = int.MinValue;
        int minGq = 0;
        int minDepth = 0;
        Confidence best = default;
        void Close(int at)
        {
            if (runKey >= 0) records.Add(Record(counter, contig, runStart, at, minGq, best, minDepth, called: true));
        }

        for (int position = start; position < end; position++)
        {
            int i = position - counter.Start;
            byte letter = counter.ReferenceBases[i];
            int key = -1;
            Confidence here = default;
            int depth = counter.Total(i);
            if (MatchRun.IsCanonical(letter))
            {
                bool haploid = mayBeHaploid && !(_options.PseudoAutosomal?.Contains(contig, position) ?? false);
                here = _model.Of(counter.ReferenceCount[i], depth, haploid);
                key = here.HomRefIsBest ? Bin(here.Gq) : -2;
            }
            else if (!OtherLetters.Contains((char)letter, StringComparison.Ordinal))
            {
                throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{contig}:{position + 1}: the reference has the letter '{(char)letter}', which is not a nucleotide code"));
            }

            if (key == runKey && key >= 0)
            {
                minDepth = Math.Min(minDepth, depth);
                if (here.Gq < minGq) (minGq, best) = (here.Gq, here);
                continue;
            }

            Close(position);
            (runKey, runStart, minGq, best, minDepth) = (key, position, here.Gq, here, depth);
            if (key == -2) records.Add(Record(counter, contig, position, position + 1, here.Gq, here, depth, called: false));
        }

        Close(end);
        return records;
    }

    private int Bin(int gq) => gq < 1 ? 0 : ((gq - 1) / _options.GqBinSize * _options.GqBinSize) + 1;

    private Variant Record(AlleleCounter counter, string contig, int start, int end, int gq, in Confidence confidence, int minDepth, bool called)
    {
        var call = new VariantCall { CallSetName = _options.SampleName };
        int allele = called ? 0 : -1;
        call.Genotype.Add(allele);
        call.Genotype.Add(allele);
        call.GenotypeLikelihood.Add(confidence.HomRef);
        call.GenotypeLikelihood.Add(confidence.Het);
        call.GenotypeLikelihood.Add(confidence.HomAlt);
        call.Info.Add("GQ", Integer(gq));
        if (_options.IncludeMedianDepth) call.Info.Add("MED_DP", Integer(MedianDepth(counter, start, end)));
        call.Info.Add("MIN_DP", Integer(minDepth));
        var record = new Variant
        {
            ReferenceName = contig,
            Start = start,
            End = end,
            ReferenceBases = ((char)counter.ReferenceBases[start - counter.Start]).ToString(),
        };
        record.AlternateBases.Add("<*>");
        record.Calls.Add(call);
        return record;
    }

    private static int MedianDepth(AlleleCounter counter, int start, int end)
    {
        var depths = new int[end - start];
        for (int i = 0; i < depths.Length; i++) depths[i] = counter.Total(start + i - counter.Start);
        Array.Sort(depths);
        int middle = depths.Length / 2;
        return depths.Length % 2 == 1 ? depths[middle] : (depths[middle - 1] + depths[middle]) / 2;
    }

    private static ListValue Integer(int value) => new() { Values = { new Value { IntValue = value } } };
}
