namespace Shrike.Pipeline.Scoring;

/// <summary>Calls whose genotype quality lies in a range.</summary>
/// <param name="Least">Least quality of the range; it ends before the next one begins.</param>
/// <param name="Calls">Calls in it.</param>
/// <param name="Wrong">Those with a wrong genotype.</param>
/// <param name="Said">Errors expected by the qualities: the sum of 10^(-GQ/10).</param>
public readonly record struct QualityBin(int Least, int Calls, int Wrong, double Said);

/// <summary>How often calls are wrong, by the genotype quality (GQ) they state.</summary>
public sealed class QualityBins
{
    /// <summary>Qualities of one bin.</summary>
    public const int Width = 10;
    private const int Last = 5;
    private readonly QualityBin[] _bins = [.. Enumerable.Range(0, Last + 1).Select(i => new QualityBin(i * Width, 0, 0, 0))];

    /// <summary>The bins, ascending; the last takes everything above.</summary>
    public IReadOnlyList<QualityBin> All => _bins;

    /// <summary>Counts a call.</summary>
    public void Add(int quality, bool isWrong)
    {
        int i = Math.Clamp(quality / Width, 0, Last);
        _bins[i] = _bins[i] with { Calls = _bins[i].Calls + 1, Wrong = _bins[i].Wrong + (isWrong ? 1 : 0), Said = _bins[i].Said + Math.Pow(10, -quality / 10.0) };
    }
}
