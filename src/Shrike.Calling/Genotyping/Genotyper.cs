using System.Buffers.Text;
using System.Runtime.InteropServices;
using Shrike.Calling.Records;

namespace Shrike.Calling.Genotyping;

/// <summary>Fills genotype, qualities, likelihoods, phase and FILTER of a merged variant.</summary>
public sealed class Genotyper
{
    private const int PhaseSetsPerTask = 100_000;
    private const double Methylated = 0.8;
    private const double Unmethylated = 0.2;
    private readonly CallingOptions _options;

    /// <param name="options">Filters.</param>
    public Genotyper(CallingOptions options) => _options = options;

    /// <summary>Fills <paramref name="call"/> from the probabilities of its genotypes, in VCF order.</summary>
    public void Fill(Call call, ReadOnlySpan<double> probabilities)
    {
        int best = Likelihoods.ArgMax(probabilities);
        (int i, int j) = Likelihoods.Genotype(best);
        int gq = Likelihoods.GenotypeQuality(probabilities[best]);
        call.Quality = Likelihoods.Quality(probabilities);
        call.SetGenotype(i, j);
        call.IsPhased = false;
        Phase(call);
        AddMethylationType(call);
        call.Likelihoods.Clear();
        foreach (double p in probabilities) call.Likelihoods.Add(Likelihoods.Log10(p));
        if (call.IsForced)
        {
            // The network has learned from candidates, whose ALT some reads show. It may tell that an ALT without a read is not there, but not that it is.
            if (!call.IsAnswerable || (call.IsVariant && call[CallField.Ad].Values is [_, { Integer: 0 }]))
            {
                call.SetGenotype(-1, -1);
                CollectionsMarshal.AsSpan(call.Likelihoods).Clear();
                call.Quality = 0;
                gq = 0;
            }
        }
        else if (call.SumOfIntegers(CallField.Ad) == 0)
        {
            // A call without any read says nothing; two likelihoods whatever the number of alleles.
            call.SetGenotype(-1, -1);
            call.Likelihoods.Clear();
            call.Likelihoods.Add(0);
            call.Likelihoods.Add(0);
            gq = 0;
        }

        call[CallField.Gq].Set(FieldValue.Of(gq));
        call.Filter = Filter(call);
        if (call.Filter == CallFilter.RefCall && gq < _options.HomRefMinGq) call.SetGenotype(-1, -1);
    }

    private CallFilter Filter(Call call)
    {
        if (call.First == -1 && call.Second == -1) return CallFilter.NoCall;
        if (!call.IsVariant) return CallFilter.RefCall;
        return call.Quality < _options.QualFilter ? CallFilter.LowQual : CallFilter.Pass;
    }

    /// <summary>Phase from the candidate's haplotype marks: one allele on each of the two haplotypes.</summary>
    private static void Phase(Call call)
    {
        List<int> haplotypes = call.AlleleHaplotypes;
        if (call.PhasedRegion.IsEmpty || haplotypes.Count == 0 || Math.Max(call.First, call.Second) >= haplotypes.Count) return;
        int first = haplotypes[call.First];
        int second = haplotypes[call.Second];
        if (first is < 1 or > 2 || second is < 1 or > 2 || first == second) return;
        if (first == 2) call.SetGenotype(call.Second, call.First);
        call.IsPhased = true;
        ReadOnlySpan<byte> region = call.PhasedRegion.Span;
        if (Utf8Parser.TryParse(region, out int task, out int used)
            && used < region.Length && region[used] == '-'
            && Utf8Parser.TryParse(region[(used + 1)..], out int number, out int rest) && used + 1 + rest == region.Length)
        {
            call[CallField.Ps].Set(FieldValue.Of((task * PhaseSetsPerTask) + number));
        }
    }

    private static void AddMethylationType(Call call)
    {
        if (!call.Has(CallField.Mf)) return;
        bool any = false;
        bool high = false;
        bool low = false;
        foreach (FieldValue fraction in CollectionsMarshal.AsSpan(call[CallField.Mf].Values))
        {
            any |= fraction.Number > 0;
            high |= fraction.Number >= Methylated;
            low |= fraction.Number <= Unmethylated;
        }

        if (any) call[CallField.Mt].Set(FieldValue.Of(high && low ? MethylationTypes.Heterozygous : high ? MethylationTypes.Methylated : MethylationTypes.None));
    }

    private static class MethylationTypes
    {
        public static readonly ReadOnlyMemory<byte> Heterozygous = "0/1"u8.ToArray();
        public static readonly ReadOnlyMemory<byte> Methylated = "1/1"u8.ToArray();
        public static readonly ReadOnlyMemory<byte> None = "0/0"u8.ToArray();
    }
}
