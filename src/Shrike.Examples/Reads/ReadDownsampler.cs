using Shrike.Core;

namespace Shrike.Examples.Reads;

/// <summary>
/// Keeps a share of the reads, drawn anew for every partition a read lies in (spec 10, 17.6). The draws of a file go on from one partition
/// to the next, so partitions must come in order, to one object.
/// </summary>
public sealed class ReadDownsampler
{
    private const ulong Seed = 609314161;
    private readonly double _fraction;
    private readonly MersenneTwister64[] _random;

    /// <param name="fraction">Share to keep, above 0 and at most 1; rounded to float32.</param>
    /// <param name="files">Alignment files; each has its own draws.</param>
    public ReadDownsampler(double fraction, int files)
    {
        _fraction = (float)fraction;
        _random = [.. Enumerable.Range(0, files).Select(_ => new MersenneTwister64(Seed))];
    }

    /// <summary>Whether the next read of a file stays.</summary>
    public bool Keeps(int file) => _random[file].NextDouble() <= _fraction;
}
