namespace Shrike.Pipeline.Explaining;

/// <summary>The way of one candidate from its reads to its line.</summary>
public sealed record CandidateReport
{
    /// <summary>1-based.</summary>
    public required int Position { get; init; }

    /// <summary>REF of the candidate.</summary>
    public required string Ref { get; init; }

    /// <summary>Its ALTs.</summary>
    public required IReadOnlyList<string> Alts { get; init; }

    /// <summary>Depth.</summary>
    public required int Depth { get; init; }

    /// <summary>Reads of REF, then of every ALT.</summary>
    public required IReadOnlyList<int> AlleleDepths { get; init; }

    /// <summary>Not of the kinds that are to be kept.</summary>
    public bool IsDeselected { get; init; }

    /// <summary>What the small model said; null without one.</summary>
    public SmallModelReport? SmallModel { get; init; }

    /// <summary>What the network says of every ALT set that it can be shown.</summary>
    public IReadOnlyList<NetworkReport> Network { get; init; } = [];

    /// <summary>Image of the first ALT set, drawn from the bytes that the network sees; null if it cannot be drawn.</summary>
    public PileupPicture? Picture { get; init; }

    /// <summary>What became of its predictions; null if there are none.</summary>
    public CallReport? Call { get; init; }
}

/// <summary>A candidate near the place.</summary>
/// <param name="Position">1-based.</param>
/// <param name="Ref">REF.</param>
/// <param name="Alts">ALTs.</param>
/// <param name="VcfLine">Its line; empty if there is none.</param>
public sealed record NeighbourReport(int Position, string Ref, IReadOnlyList<string> Alts, string VcfLine);

/// <summary>What the small model said of a candidate.</summary>
/// <param name="Answered">Its answers were taken, all or some; the network was asked for the others only.</param>
/// <param name="Remark">Why not, in words; empty otherwise.</param>
/// <param name="Answers">Of each ALT set it was offered.</param>
public sealed record SmallModelReport(bool Answered, string Remark, IReadOnlyList<SmallModelAnswer> Answers);

/// <summary>Its answer on one ALT set.</summary>
/// <param name="Alts">The ALTs.</param>
/// <param name="Probabilities">Of 0, 1 and 2 copies.</param>
/// <param name="Gq">Phred score of the likeliest.</param>
/// <param name="Threshold">Smallest score that is accepted.</param>
/// <param name="IsAccepted">It is.</param>
public sealed record SmallModelAnswer(IReadOnlyList<string> Alts, IReadOnlyList<double> Probabilities, double Gq, int Threshold, bool IsAccepted);

/// <summary>What the network says of one ALT set.</summary>
/// <param name="Alts">The ALTs.</param>
/// <param name="Probabilities">Of 0, 1 and 2 copies.</param>
/// <param name="WasAsked">False: a run does not ask it, as the small model answers; this is what it would say.</param>
public sealed record NetworkReport(IReadOnlyList<string> Alts, IReadOnlyList<double> Probabilities, bool WasAsked);

/// <summary>From predictions to a line of the VCF.</summary>
public sealed record CallReport
{
    /// <summary>QUAL of every ALT by itself where there are several, and whether it stayed.</summary>
    public IReadOnlyList<AlternateQuality> AlternateQualities { get; init; } = [];

    /// <summary>Genotypes with their probabilities, the likeliest first.</summary>
    public required IReadOnlyList<GenotypeProbability> Genotypes { get; init; }

    /// <summary>Genotype of the site by itself.</summary>
    public required string OwnGenotype { get; init; }

    /// <summary>Genotype that is written.</summary>
    public required string Genotype { get; init; }

    /// <summary>Genotype quality.</summary>
    public required int Gq { get; init; }

    /// <summary>QUAL with more decimals than the VCF.</summary>
    public required double Qual { get; init; }

    /// <summary>FILTER.</summary>
    public required string Filter { get; init; }

    /// <summary>Positions, 1-based, of the calls it overlaps.</summary>
    public IReadOnlyList<long> Overlapping { get; init; } = [];

    /// <summary>Genotype or likelihoods were changed so that overlapping calls fit on two haplotypes.</summary>
    public required bool IsResolved { get; init; }

    /// <summary>The line of the VCF.</summary>
    public required string VcfLine { get; init; }
}

/// <summary>QUAL of one ALT of a site that has several.</summary>
/// <param name="Alt">The ALT.</param>
/// <param name="Qual">Its QUAL.</param>
/// <param name="Threshold">Those below are pruned.</param>
/// <param name="IsPruned">It was.</param>
public sealed record AlternateQuality(string Alt, double Qual, double Threshold, bool IsPruned);

/// <summary>A genotype and its probability.</summary>
/// <param name="Genotype">In bases, e.g. <c>A/G</c>.</param>
/// <param name="Probability">Its probability.</param>
public sealed record GenotypeProbability(string Genotype, double Probability);
