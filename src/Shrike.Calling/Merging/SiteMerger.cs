using System.Runtime.InteropServices;
using Shrike.Calling.Genotyping;
using Shrike.Calling.Records;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Calling.Merging;

/// <summary>
/// Merges the predictions of one site, one per ALT set, into one variant with a probability for every genotype. Not
/// safe for several threads.
/// </summary>
internal sealed class SiteMerger
{
    private static readonly CallField[] TextFields = [CallField.Mid, CallField.Mt];
    private readonly CallingOptions _options;
    private readonly ContigTable _contigs;
    private readonly bool[] _haploid;
    private readonly List<double> _probabilities = [];
    private readonly List<int> _kept = [];

    /// <param name="options">Filters and haploid contigs.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    public SiteMerger(CallingOptions options, ContigTable contigs)
    {
        _options = options;
        _contigs = contigs;
        _haploid = [.. contigs.Contigs.Select(c => options.HaploidContigs.Contains(c.Name))];
    }

    /// <summary>Merges the predictions of one site.</summary>
    /// <param name="site">Predictions with equal contig, start and end; reordered here by ALT set.</param>
    /// <param name="call">Receives the variant.</param>
    /// <returns>Probabilities of its genotypes in VCF order; valid until the next call.</returns>
    /// <exception cref="ShrikeException">An ALT set is missing or given twice, or the predictions are of different variants.</exception>
    public ReadOnlySpan<double> Merge(List<Prediction> site, Call call)
    {
        Prediction first = site[0];
        call.Contig = first.Origin.Key.Contig;
        Decode(first, call);
        CheckAlleles(first, call);
        foreach (Prediction prediction in site) CheckProbabilities(prediction, call);
        _probabilities.Clear();
        if (site.Count > 1) SortByAltSet(site);
        if (_options.GroupVariants)
        {
            CheckSameVariant(site, call);
            CheckSets(site, call);
        }

        if (site.Count == 1)
        {
            _probabilities.AddRange(first.Probabilities);
        }
        else
        {
            MergeSets(site, call);
        }

        TrimSharedSuffix(call);
        Span<double> probabilities = CollectionsMarshal.AsSpan(_probabilities);
        if (IsHaploid(call)) ExcludeHeterozygous(probabilities);
        return probabilities;
    }

    private void MergeSets(List<Prediction> site, Call call)
    {
        Span<bool> pruned = call.Alternates.Count <= 64 ? stackalloc bool[call.Alternates.Count] : new bool[call.Alternates.Count];
        MarkWeakAlternates(site, pruned);
        if (_options.AllCandidates == AllCandidates.Info) call.Candidates = Join(call.Alternates);
        _kept.Clear();
        bool keepAll = _options.AllCandidates == AllCandidates.Alt;
        for (int i = 0; i < pruned.Length; i++)
        {
            if (keepAll || !pruned[i]) _kept.Add(i);
        }

        if (_options.MultiallelicModel is { } model && _kept.Count == 2)
        {
            int difference = call.Alternates[_kept[0]].Length - call.Alternates[_kept[1]].Length;
            _probabilities.AddRange(model.Evaluate(Of(site, _kept[0]), Of(site, _kept[1]), Of(site, _kept[0], _kept[1]), difference));
        }
        else
        {
            MinimumRule(site, pruned);
        }

        if (keepAll) return;
        for (int i = pruned.Length - 1; i >= 0; i--)
        {
            if (pruned[i]) RemoveAlternate(call, i);
        }
    }

    private static double[] Of(List<Prediction> site, params ReadOnlySpan<int> set)
    {
        foreach (Prediction prediction in site)
        {
            if (CollectionsMarshal.AsSpan(prediction.Alternates).SequenceEqual(set)) return [.. prediction.Probabilities];
        }

        throw new InvalidOperationException("the sets were checked");
    }

    private static void Decode(Prediction prediction, Call call)
    {
        try
        {
            VariantDecoder.Decode(prediction.Variant, call);
        }
        catch (MalformedRecordException)
        {
            throw ShrikeException.InvalidData($"{prediction.Origin.Where}has no variant with exactly one call: is this a file of predictions?");
        }
    }

    private void CheckAlleles(Prediction prediction, Call call)
    {
        bool good = IsText(call.Reference) && call.Alternates.Count > 0;
        foreach (ReadOnlyMemory<byte> alternate in call.Alternates) good &= IsText(alternate);
        foreach (ReadOnlyMemory<byte> name in call.Names) good &= IsText(name);
        foreach (CallField field in TextFields)
        {
            if (!call.Has(field)) continue;
            foreach (FieldValue value in call[field].Values) good &= IsText(value.Text);
        }

        if (!good) throw Wrong(prediction, call, "an allele or name is empty or has letters that a VCF cannot hold: the predictions are damaged");
        if (call.End - call.Start != call.Reference.Length) throw Wrong(prediction, call, "its end does not fit its REF: the predictions are damaged");
    }

    /// <summary>Letters that can be seen, which leaves out blanks and line ends.</summary>
    private static bool IsText(ReadOnlyMemory<byte> text) => !text.IsEmpty && !text.Span.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private void CheckProbabilities(Prediction prediction, Call call)
    {
        if (prediction.Probabilities.Count != 3) throw Wrong(prediction, call, $"has {prediction.Probabilities.Count} probabilities instead of 3");
        if (!Likelihoods.IsDistribution(prediction.Probabilities))
        {
            throw Wrong(prediction, call, $"{string.Join(", ", prediction.Probabilities.Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)))} are not probabilities with the sum one: the predictions are damaged");
        }
    }

    private static void SortByAltSet(List<Prediction> site)
    {
        // Few and almost sorted; stable.
        for (int i = 1; i < site.Count; i++)
        {
            Prediction moved = site[i];
            int at = i;
            for (; at > 0 && Compare(site[at - 1], moved) > 0; at--) site[at] = site[at - 1];
            site[at] = moved;
        }

        static int Compare(Prediction a, Prediction b) => CollectionsMarshal.AsSpan(a.SortedAlternates).SequenceCompareTo(CollectionsMarshal.AsSpan(b.SortedAlternates));
    }

    private void CheckSameVariant(List<Prediction> site, Call call)
    {
        ReadOnlySpan<byte> bytes = site[0].Variant.Span;
        for (int i = 1; i < site.Count; i++)
        {
            // The order of a map in the bytes is free, so different bytes may still be the same variant.
            if (site[i].Variant.Span.SequenceEqual(bytes) || Parse(site[i]).Equals(Parse(site[0]))) continue;
            throw Wrong(site[i], call, $"another variant stands at the same place ({site[0].Origin.Where.TrimEnd(' ', ':')}): were runs mixed? (--nogroup_variants keeps them apart)");
        }
    }

    private static Variant Parse(Prediction prediction)
    {
        try
        {
            return Variant.Parser.ParseFrom(prediction.Variant.Span);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            throw ShrikeException.InvalidData($"{prediction.Origin.Where}its variant is damaged");
        }
    }

    /// <summary>In their order, the sets must be [0], [0,1] ... [1], [1,2] ...</summary>
    private void CheckSets(List<Prediction> site, Call call)
    {
        int n = call.Alternates.Count;
        bool good = site.Count == (long)n * (n + 1) / 2;
        int at = 0;
        for (int i = 0; good && i < n; i++)
        {
            good = site[at].Alternates is [int single] && single == i;
            at++;
            for (int j = i + 1; good && j < n; j++, at++) good = site[at].Alternates is [int a, int b] && a == i && b == j;
        }

        if (good) return;
        string sets = string.Join("] [", site.Take(12).Select(c => string.Join(',', c.Alternates)));
        throw Wrong(site[0], call, $"there must be one prediction for every set of one or two ALTs, but there are [{sets}{(site.Count > 12 ? "] ..." : "]")}: is a file of predictions missing or given twice?");
    }

    /// <summary>Marks ALTs whose own QUAL is too low; the best one stays if all are.</summary>
    private void MarkWeakAlternates(List<Prediction> site, Span<bool> pruned)
    {
        pruned.Clear();
        if (!(_options.MultiAllelicQualFilter > 0)) return;
        double best = double.NegativeInfinity;
        int bestIndex = -1;
        foreach (Prediction prediction in site)
        {
            if (prediction.Alternates.Count != 1) continue;
            double quality = Likelihoods.Quality([prediction.Probabilities[0], prediction.Probabilities[1], prediction.Probabilities[2]]);
            int index = prediction.Alternates[0];
            if (quality > best) (best, bestIndex) = (quality, index);
            pruned[index] = quality < _options.MultiAllelicQualFilter;
        }

        if (bestIndex >= 0 && !pruned.Contains(false)) pruned[bestIndex] = false;
    }

    /// <summary>
    /// Every prediction votes for the genotypes it speaks of; a genotype's score is its smallest vote. Normalised.
    /// Predictions with a pruned ALT have no vote.
    /// </summary>
    private void MinimumRule(List<Prediction> site, ReadOnlySpan<bool> pruned)
    {
        CollectionsMarshal.SetCount(_probabilities, Likelihoods.GenotypeCount(_kept.Count + 1));
        Span<double> scores = CollectionsMarshal.AsSpan(_probabilities);
        scores.Fill(double.PositiveInfinity);
        foreach (Prediction prediction in site)
        {
            bool isPruned = false;
            foreach (int alternate in prediction.Alternates) isPruned |= pruned[alternate];
            if (isPruned) continue;
            Vote(scores, 0, 0, prediction.Probabilities[0]);
            foreach (int x in prediction.Alternates)
            {
                int a = _kept.IndexOf(x) + 1;
                Vote(scores, 0, a, prediction.Probabilities[1]);
                foreach (int y in prediction.Alternates) Vote(scores, a, _kept.IndexOf(y) + 1, prediction.Probabilities[2]);
            }
        }

        foreach (ref double score in scores)
        {
            if (double.IsPositiveInfinity(score)) score = 0;
        }

        if (Sum(scores) == 0) scores.Fill(1.0);
        double sum = Sum(scores);
        foreach (ref double score in scores) score /= sum;
    }

    private static void Vote(Span<double> scores, int i, int j, double p)
    {
        ref double score = ref scores[Likelihoods.GenotypeIndex(Math.Min(i, j), Math.Max(i, j))];
        score = Math.Min(score, p);
    }

    private static ReadOnlyMemory<byte> Join(List<ReadOnlyMemory<byte>> alternates)
    {
        var text = new Vcf.Utf8Buffer().AppendList(alternates, (byte)'|');
        return text.Span.ToArray();
    }

    private static void RemoveAlternate(Call call, int index)
    {
        call.Alternates.RemoveAt(index);
        RemoveAt(call[CallField.Ad].Values, index + 1);
        RemoveAt(call[CallField.Mf].Values, index + 1);
        RemoveAt(call[CallField.Md].Values, index + 1);
        RemoveAt(call[CallField.Vaf].Values, index);
    }

    private static void RemoveAt(List<FieldValue> values, int index)
    {
        if (index < values.Count) values.RemoveAt(index);
    }

    /// <summary>Drops the bases all alleles end with, as long as none becomes empty.</summary>
    private static void TrimSharedSuffix(Call call)
    {
        ReadOnlySpan<byte> reference = call.Reference.Span;
        int most = reference.Length;
        foreach (ReadOnlyMemory<byte> alternate in call.Alternates) most = Math.Min(most, alternate.Length);
        int shared = 0;
        for (; shared < most - 1; shared++)
        {
            bool same = true;
            foreach (ReadOnlyMemory<byte> alternate in call.Alternates) same &= alternate.Span[^(shared + 1)] == reference[^(shared + 1)];
            if (!same) break;
        }

        if (shared > 0)
        {
            call.Reference = call.Reference[..^shared];
            for (int i = 0; i < call.Alternates.Count; i++) call.Alternates[i] = call.Alternates[i][..^shared];
        }

        call.End = call.Start + call.Reference.Length;
    }

    private bool IsHaploid(Call call) => _haploid[call.Contig]
        && !(_options.PseudoAutosomal?.Contains(_contigs.Contigs[call.Contig].Name, (int)call.Start) ?? false);

    private static void ExcludeHeterozygous(Span<double> probabilities)
    {
        for (int i = 0; i < probabilities.Length; i++)
        {
            (int a, int b) = Likelihoods.Genotype(i);
            if (a != b) probabilities[i] = 0;
        }

        double sum = Sum(probabilities);
        foreach (ref double p in probabilities) p /= sum == 0 ? 1 : sum;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double v in values) sum += v;
        return sum;
    }

    private ShrikeException Wrong(Prediction prediction, Call call, string what) =>
        ShrikeException.InvalidData($"{prediction.Origin.Where}{call.Describe(_contigs.Contigs[call.Contig].Name)}: {what}");
}
