using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.SmallModel;

/// <summary>Sums over some reads of a site; all features of reads are quotients of these.</summary>
/// <param name="Count">Number of reads.</param>
/// <param name="MappingQuality">Sum of their mapping qualities.</param>
/// <param name="BaseQuality">Sum of the average base qualities of their alleles.</param>
/// <param name="Reverse">How many are on the reverse strand.</param>
public readonly record struct ReadSums(int Count, int MappingQuality, int BaseQuality, int Reverse)
{
    /// <summary>The sums over both sets of reads.</summary>
    public static ReadSums operator +(ReadSums a, ReadSums b) =>
        new(a.Count + b.Count, a.MappingQuality + b.MappingQuality, a.BaseQuality + b.BaseQuality, a.Reverse + b.Reverse);
}

/// <summary>
/// The reads of a site summed by allele and haplotype in one pass, from which the features of every ALT set and every
/// haplotype are added up. Reused from site to site.
/// </summary>
public sealed class SupportSums
{
    // Alleles from AlleleSupport.Reference on: reference, uncalled, ALT 0, ALT 1, ...
    private ReadSums[] _sums = new ReadSums[4 * FeatureLayout.HaplotypeCount];

    /// <summary>All reads of the site, those of uncalled alleles included.</summary>
    public int Total { get; private set; }

    /// <summary>Begins a site.</summary>
    /// <param name="alts">Number of its ALTs.</param>
    public void Clear(int alts)
    {
        int size = (alts - AlleleSupport.Reference) * FeatureLayout.HaplotypeCount;
        if (_sums.Length < size) _sums = new ReadSums[size];
        _sums.AsSpan(0, size).Clear();
        Total = 0;
    }

    /// <summary>Sums the reads of a candidate.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="batch">Its reads.</param>
    /// <param name="mostMappingQuality">Mapping qualities above it count as it.</param>
    public void Fill(Candidate candidate, ReadBatch batch, int mostMappingQuality = byte.MaxValue)
    {
        Clear(candidate.Variant.AlternateBases.Count);
        foreach (ref readonly AlleleSupport s in candidate.Support.AsSpan())
        {
            Add(s.Allele, batch.Haplotype[s.Read], Math.Min(batch.MappingQualityOf(s.Read), mostMappingQuality), s.AverageBaseQuality, batch.IsReverse(s.Read));
        }
    }

    /// <summary>Adds one read.</summary>
    /// <param name="allele">Index of its ALT, or one of the constants of <see cref="AlleleSupport"/>.</param>
    /// <param name="haplotype">1 or 2; anything else counts as 0, not phased.</param>
    /// <param name="mappingQuality">Mapping quality.</param>
    /// <param name="baseQuality">Average base quality of the allele.</param>
    /// <param name="isReverse">On the reverse strand.</param>
    public void Add(short allele, int haplotype, int mappingQuality, int baseQuality, bool isReverse)
    {
        ref ReadSums sum = ref _sums[((allele - AlleleSupport.Reference) * FeatureLayout.HaplotypeCount) + (haplotype is 1 or 2 ? haplotype : 0)];
        sum += new ReadSums(1, mappingQuality, baseQuality, isReverse ? 1 : 0);
        Total++;
    }

    /// <summary>The sums of one allele.</summary>
    /// <param name="allele">Index of an ALT, or one of the constants of <see cref="AlleleSupport"/>.</param>
    /// <param name="haplotype">Only its reads; null for all.</param>
    public ReadSums Of(int allele, int? haplotype = null)
    {
        int first = (allele - AlleleSupport.Reference) * FeatureLayout.HaplotypeCount;
        return haplotype is { } h ? _sums[first + h] : _sums[first] + _sums[first + 1] + _sums[first + 2];
    }
}
