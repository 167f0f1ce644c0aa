using Shrike.Formats.Messages;

namespace Shrike.Calling.Genotyping;

/// <summary>Fills genotype, qualities, likelihoods, phase and FILTER of a merged variant.</summary>
public sealed class Genotyper
{
    private const int PhaseSetsPerTask = 100_000;
    private readonly CallingOptions _options;
    private readonly string _sample;

    /// <param name="options">Filters.</param>
    /// <param name="sample">Sample name written to every call.</param>
    public Genotyper(CallingOptions options, string sample)
    {
        _options = options;
        _sample = sample;
    }

    /// <summary>Fills <paramref name="variant"/> from its genotype probabilities.</summary>
    public void Fill(Variant variant, double[] probabilities)
    {
        VariantCall call = variant.Calls[0];
        int best = Likelihoods.ArgMax(probabilities);
        (int i, int j) = Likelihoods.Genotype(best);
        int gq = Likelihoods.GenotypeQuality(probabilities[best]);
        variant.Quality = Likelihoods.Quality(probabilities);
        call.CallSetName = _sample;
        SetGenotype(call, i, j);
        Phase(variant, call);
        AddMethylationType(call);
        call.GenotypeLikelihood.Clear();
        foreach (double p in probabilities) call.GenotypeLikelihood.Add(Likelihoods.Log10(p));
        if (InfoMap.SumOfInts(call.Info, "AD") == 0)
        {
            // A call without any read says nothing; two likelihoods whatever the number of alleles.
            SetGenotype(call, -1, -1);
            call.GenotypeLikelihood.Clear();
            call.GenotypeLikelihood.Add(0);
            call.GenotypeLikelihood.Add(0);
            gq = 0;
        }

        InfoMap.Set(call.Info, "GQ", new Value { IntValue = gq });
        variant.Filter.Clear();
        string filter = Filter(call, variant.Quality);
        variant.Filter.Add(filter);
        if (filter == "RefCall" && gq < _options.HomRefMinGq) SetGenotype(call, -1, -1);
    }

    private string Filter(VariantCall call, double quality)
    {
        if (call.Genotype.All(a => a == -1)) return "NoCall";
        if (call.Genotype.All(a => a == 0)) return "RefCall";
        return quality < _options.QualFilter ? "LowQual" : "PASS";
    }

    /// <summary>Phase from the candidate's haplotype marks: one allele on each of the two haplotypes.</summary>
    private static void Phase(Variant variant, VariantCall call)
    {
        if (InfoMap.Get(variant.Info, "PS_CONTIG") is not { Count: > 0 } contig || InfoMap.Get(variant.Info, "ALT_PS") is not { Count: > 0 } marks) return;
        if (call.Genotype.Max() >= marks.Count || call.Genotype.Min() < 0) return;
        int first = marks[call.Genotype[0]].IntValue;
        int second = marks[call.Genotype[1]].IntValue;
        if (first is < 1 or > 2 || second is < 1 or > 2 || first == second) return;
        SetGenotype(call, call.Genotype[first - 1], call.Genotype[second - 1]);
        call.IsPhased = true;
        string[] parts = contig[0].StringValue.Split('-');
        if (parts.Length == 2 && int.TryParse(parts[0], out int task) && int.TryParse(parts[1], out int region))
        {
            InfoMap.Set(call.Info, "PS", new Value { IntValue = (task * PhaseSetsPerTask) + region });
        }
    }

    private static void AddMethylationType(VariantCall call)
    {
        if (InfoMap.Get(call.Info, "MF") is not { } fractions || !fractions.Any(f => f.NumberValue > 0)) return;
        bool high = fractions.Any(f => f.NumberValue >= 0.8);
        bool low = fractions.Any(f => f.NumberValue <= 0.2);
        InfoMap.Set(call.Info, "MT", new Value { StringValue = high && low ? "0/1" : high ? "1/1" : "0/0" });
    }

    private static void SetGenotype(VariantCall call, int i, int j)
    {
        call.Genotype.Clear();
        call.Genotype.Add(i);
        call.Genotype.Add(j);
    }
}
