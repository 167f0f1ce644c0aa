using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Pileup;

/// <summary>Which ALT of a candidate each read supports, and the colours that follow for an ALT set. Spec 50 sections 4.5 and 4.7.</summary>
/// <param name="options">Whether support of other ALTs has a colour of its own.</param>
internal sealed class SupportColors(PileupOptions options)
{
    private short[] _allele = new short[256];
    private byte[] _frequencies = [];

    /// <summary>Goes on to a candidate: for every key of the batch the ALT it supports; reads of one key share it.</summary>
    public void Move(Candidate candidate, ReadBatch batch)
    {
        if (_allele.Length < batch.Count) _allele = new short[batch.Count * 2];
        _allele.AsSpan(0, batch.Count).Fill(AlleleSupport.Reference);
        foreach (AlleleSupport support in candidate.Support)
        {
            if (support.Allele >= 0) _allele[batch.Key[support.Read]] = support.Allele;
        }

        _frequencies = candidate.Frequencies is { } population ? [.. population.Alternates.Select(Colors.Frequency)] : [];
    }

    /// <summary>What of a read goes into its row in the image of an ALT set, besides bases and qualities.</summary>
    public RowPainter.ReadValues ValuesOf(int read, int[] alts, ReadBatch batch)
    {
        short allele = _allele[batch.Key[read]];
        return new(batch.MappingQualityOf(read), batch.IsReverse(read), SupportColor(allele, alts), options.HaplotypeShown(batch.Haplotype[read]), batch.Store.TemplateLength[batch.Row[read]], FrequencyColor(allele, alts));
    }

    private byte SupportColor(short allele, int[] alts)
    {
        if (allele < 0) return Colors.Unsupporting;
        if (alts.Contains(allele)) return Colors.Full;
        return options.MarkOtherAlternates ? Colors.OtherSupporting : Colors.Unsupporting;
    }

    /// <summary>That of the ALT a read supports, if the image shows it.</summary>
    private byte FrequencyColor(short allele, int[] alts) => _frequencies.Length > 0 && allele >= 0 && alts.Contains(allele) ? _frequencies[allele] : (byte)0;
}
