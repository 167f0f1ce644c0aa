using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Pileup;
using Shrike.Examples.Reads;
using Shrike.Formats.Messages;

namespace Shrike.Examples.SmallModel;

/// <summary>The candidates of a partition that were offered: their rows, and the candidates left out.</summary>
/// <param name="Skipped">Candidates that were not offered, in order.</param>
/// <param name="Rows">The rows of the others.</param>
/// <param name="Unsupported">How many were left out because an ALT of theirs has no read.</param>
public readonly record struct OfferedSites(List<Candidate> Skipped, System.Range Rows, int Unsupported);

/// <summary>What the small model left and what it answered.</summary>
/// <param name="ToDraw">Candidates for images: those not offered, then those not answered.</param>
/// <param name="Predictions">Its answers, in order of candidates, ALT sets within.</param>
/// <param name="Withdrawn">Sites of which some answers were dropped because the others cannot be drawn.</param>
public readonly record struct SmallModelAnswers(List<Candidate> ToDraw, List<CallVariantsOutput> Predictions, int Withdrawn);

/// <summary>
/// Answers easy candidates from a few numbers instead of an image. Candidates of several partitions are offered, then
/// classified together, then decided partition by partition. One object per thread.
/// </summary>
public sealed class SmallModelCaller
{
    private const string ModelKey = "MID";
    private const string ModelName = "small_model";

    // Scores end at 70.
    private const double MaxProbability = 1 - 1e-7;
    private static readonly int[] First = [0];
    private readonly SmallModelOptions _options;
    private readonly FeatureEncoder _encoder;
    private readonly FeatureClassifier _classify;
    private readonly SupportSums _sums = new();
    private readonly List<(Candidate Site, int[] Alts)> _rows = [];
    private float[] _features = [];
    private float[] _probabilities = [];

    /// <param name="options">The model and its thresholds.</param>
    public SmallModelCaller(SmallModelOptions options)
    {
        _options = options;
        _encoder = new FeatureEncoder(options.Layout);
        _classify = options.CreateClassifier();
    }

    /// <summary>Forgets all rows.</summary>
    public void Begin() => _rows.Clear();

    /// <summary>Encodes the candidates of a partition that the model may answer.</summary>
    public OfferedSites Offer(IReadOnlyList<Candidate> candidates, ReadBatch batch)
    {
        int first = _rows.Count;
        int unsupported = 0;
        var skipped = new List<Candidate>();
        foreach (Candidate candidate in candidates)
        {
            bool offered = IsOffered(candidate.Variant);
            if (offered)
            {
                _sums.Fill(candidate, batch, _options.Layout.MostMappingQuality);
                if (!EveryAltHasReads(candidate.Variant))
                {
                    offered = false;
                    unsupported++;
                }
            }

            if (offered) Encode(candidate);
            else skipped.Add(candidate);
        }

        return new OfferedSites(skipped, first.._rows.Count, unsupported);
    }

    /// <summary>Runs the network on all rows at once.</summary>
    public void Classify()
    {
        if (_probabilities.Length < _rows.Count * 3) _probabilities = new float[_rows.Count * 6];
        if (_rows.Count > 0) _classify(_features.AsSpan(0, _rows.Count * _options.Layout.Count), _rows.Count, _probabilities);
    }

    /// <summary>Accepts or passes on the candidates of a partition.</summary>
    /// <param name="offered">What <see cref="Offer"/> gave for it.</param>
    /// <param name="canDraw">Whether images of a candidate can be drawn.</param>
    /// <exception cref="ShrikeException">The network gave something that is not a probability.</exception>
    public SmallModelAnswers Decide(OfferedSites offered, Func<Candidate, bool> canDraw)
    {
        (int at, int length) = offered.Rows.GetOffsetAndLength(_rows.Count);
        int end = at + length;
        var toDraw = new List<Candidate>(offered.Skipped);
        var predictions = new List<CallVariantsOutput>();
        var passed = new List<int[]>();
        int withdrawn = 0;
        while (at < end)
        {
            int first = at;
            Candidate site = _rows[first].Site;
            passed.Clear();
            for (; at < end && _rows[at].Site == site; at++)
            {
                if (!IsAccepted(at)) passed.Add(_rows[at].Alts);
            }

            bool mixed = passed.Count > 0 && passed.Count < at - first;
            if (_options.Acceptance == SmallModelAcceptance.Set && passed.Count > 0) site.AltSets = [.. passed];
            if (passed.Count > 0) toDraw.Add(site);
            if (mixed && (_options.Acceptance == SmallModelAcceptance.Site || !canDraw(site)))
            {
                if (_options.Acceptance == SmallModelAcceptance.Set) withdrawn++;
                continue;
            }

            if (passed.Count == at - first) continue;
            MarkAnswered(site.Variant);
            for (int row = first; row < at; row++)
            {
                if (!passed.Contains(_rows[row].Alts)) predictions.Add(Prediction(row));
            }
        }

        return new SmallModelAnswers(toDraw, predictions, withdrawn);
    }

    private bool IsOffered(Variant variant)
    {
        if (variant.AlternateBases.Count(FeatureEncoder.IsRelevant) != 1) return _options.CallMultiAllelics;
        int alt = 0;
        while (!FeatureEncoder.IsRelevant(variant.AlternateBases[alt])) alt++;
        return (FeatureEncoder.IsSnp(variant, [alt]) ? _options.SnpThreshold : _options.IndelThreshold) > -1;
    }

    private bool EveryAltHasReads(Variant variant)
    {
        for (int alt = 0; alt < variant.AlternateBases.Count; alt++)
        {
            if (_sums.Of(alt).Count == 0) return false;
        }

        return variant.AlternateBases.Count > 0;
    }

    private void Encode(Candidate candidate)
    {
        int alts = candidate.Variant.AlternateBases.Count;
        foreach (int[] set in alts == 1 ? [First] : PileupEncoder.AltCombinations(alts, pairs: true))
        {
            int width = _options.Layout.Count;
            int at = _rows.Count * width;
            if (_features.Length < at + width) Array.Resize(ref _features, Math.Max(at + width, _features.Length * 2));
            _encoder.Encode(candidate.Variant, set, _sums, candidate.ContextWindowStart, candidate.ContextWindow, _features.AsSpan(at, width));
            _rows.Add((candidate, set));
            _options.Observer?.Invoke(candidate, set, _features.AsSpan(at, width));
        }
    }

    private bool IsAccepted(int row)
    {
        (Candidate site, int[] alts) = _rows[row];
        double score = Score(_probabilities.AsSpan(row * 3, 3), site.Variant);
        int threshold = FeatureEncoder.IsSnp(site.Variant, alts) ? _options.SnpThreshold : _options.IndelThreshold;
        _options.AnswerObserver?.Invoke(site, alts, _probabilities.AsSpan(row * 3, 3), score, threshold);
        return score >= threshold;
    }

    /// <summary>Phred score of the likeliest class, at most 70.</summary>
    internal static double Score(ReadOnlySpan<float> p, Variant variant)
    {
        double best = Math.Max(p[0], Math.Max(p[1], p[2]));
        if (!(best is >= 0 and <= 1)) throw ShrikeException.InvalidData($"{variant.ReferenceName}:{variant.Start + 1}: the small model gave {p[0]}, {p[1]}, {p[2]}, which are no probabilities: use another one, or none (--disable_small_model)");
        return -10 * Math.Log10(1 - Math.Min(best, MaxProbability));
    }

    private CallVariantsOutput Prediction(int row)
    {
        (Candidate site, int[] alts) = _rows[row];
        ReadOnlySpan<float> p = _probabilities.AsSpan(row * 3, 3);
        return new CallVariantsOutput
        {
            Variant = site.Variant,
            AltAlleleIndices = new CallVariantsOutput.Types.AltAlleleIndices { Indices = { alts } },
            GenotypeProbabilities = { p[0], p[1], p[2] },
        };
    }

    /// <summary>Marks the call in place, so that all files agree on the site. Keys stay ascending: maps are written as filled.</summary>
    private static void MarkAnswered(Variant variant)
    {
        var info = variant.Calls[0].Info;
        KeyValuePair<string, ListValue>[] others = [.. info];
        info.Clear();
        foreach ((string key, ListValue value) in others.Append(new(ModelKey, new ListValue { Values = { new Value { StringValue = ModelName } } })).OrderBy(e => e.Key, StringComparer.Ordinal)) info.Add(key, value);
    }
}
