using Shrike.Examples.Candidates;

namespace Shrike.Examples.SmallModel;

/// <summary>Probabilities of 0, 1, 2 copies for rows of features. Must not depend on which rows stand together.</summary>
/// <param name="features">Rows of features, one behind the other.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="probabilities">Receives three numbers a row.</param>
public delegate void FeatureClassifier(ReadOnlySpan<float> features, int rows, Span<float> probabilities);

/// <summary>Sees a row of features before it is classified.</summary>
/// <param name="site">The candidate, with its label in training.</param>
/// <param name="alts">The ALTs the row is about.</param>
/// <param name="features">The row.</param>
public delegate void FeatureObserver(Candidate site, IReadOnlyList<int> alts, ReadOnlySpan<float> features);

/// <summary>Sees what the small model says of a row, and what that is measured against.</summary>
/// <param name="site">The candidate.</param>
/// <param name="alts">The ALTs the row is about.</param>
/// <param name="probabilities">Of 0, 1 and 2 copies.</param>
/// <param name="score">Phred score of the likeliest.</param>
/// <param name="threshold">Smallest score that is accepted.</param>
public delegate void AnswerObserver(Candidate site, IReadOnlyList<int> alts, ReadOnlySpan<float> probabilities, double score, int threshold);

/// <summary>What may be answered by the small model at sites of several ALTs.</summary>
public enum SmallModelAcceptance
{
    /// <summary>All of a site's ALT sets or none, so that one network answers for the whole site.</summary>
    Site,

    /// <summary>Each ALT set for itself; a site's genotype may then mix two networks.</summary>
    Set,
}

/// <summary>The small model and what it may answer.</summary>
public sealed record SmallModelOptions
{
    /// <summary>What its network takes.</summary>
    public required FeatureLayout Layout { get; init; }

    /// <summary>Makes the network for one thread.</summary>
    public required Func<FeatureClassifier> CreateClassifier { get; init; }

    /// <summary>Sees every row, or null.</summary>
    public FeatureObserver? Observer { get; init; }

    /// <summary>Sees every answer, or null.</summary>
    public AnswerObserver? AnswerObserver { get; init; }

    /// <summary>Smallest score (Phred) that is accepted for SNPs; below 0: biallelic SNPs are not offered.</summary>
    public int SnpThreshold { get; init; }

    /// <summary>Smallest score (Phred) that is accepted for everything else; below 0: biallelic indels are not offered.</summary>
    public int IndelThreshold { get; init; }

    /// <summary>Sites with several ALTs are offered.</summary>
    public bool CallMultiAllelics { get; init; } = true;

    /// <summary>What may be answered at them.</summary>
    public SmallModelAcceptance Acceptance { get; init; }
}
