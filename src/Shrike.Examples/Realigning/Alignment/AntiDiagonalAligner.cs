using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Score and end of the best local alignment of one query to many targets, by the widest vectors the processor has, in lanes
/// of 8 bits where no score can exceed them, else of 16. One object per thread. <see cref="ScalarAligner"/> is its
/// specification.
/// </summary>
internal sealed class AntiDiagonalAligner
{
    private const int LargestStep = ushort.MaxValue;
    private static readonly bool Wide = Avx512BW.IsSupported && Avx512Vbmi.IsSupported && Vector512.IsHardwareAccelerated;
    private readonly AlignmentScoring _scoring;
    private readonly AlignmentScoring _scaled;
    private readonly int _divisor;
    private readonly IAlignmentKernel? _bytes;
    private readonly IAlignmentKernel? _shorts;
    private IAlignmentKernel? _kernel;
    private byte[] _query = [];
    private int _queryLength;
    private bool _first;

    /// <param name="scoring">Scores.</param>
    public AntiDiagonalAligner(AlignmentScoring scoring)
    {
        _scoring = scoring;
        _divisor = scoring.CommonDivisor;
        _scaled = scoring.DividedBy(_divisor);
        if (Wide)
        {
            _bytes = new AntiDiagonalKernel<Bytes512, Vector512<byte>, byte>();
            _shorts = new AntiDiagonalKernel<Shorts512, Vector512<ushort>, ushort>();
        }
        else if (Avx2.IsSupported)
        {
            _bytes = new AntiDiagonalKernel<Bytes256, Vector256<byte>, byte>();
            _shorts = new AntiDiagonalKernel<Shorts256, Vector256<ushort>, ushort>();
        }
    }

    /// <summary>Sets the query.</summary>
    /// <param name="codes">Query codes.</param>
    public void SetQuery(ReadOnlySpan<byte> codes)
    {
        _queryLength = codes.Length;
        if (_query.Length < codes.Length) _query = new byte[codes.Length * 2];
        codes.CopyTo(_query);
        _first = true;
        long highest = (long)codes.Length * _scaled.Match;
        _kernel = highest <= byte.MaxValue ? _bytes : highest <= ushort.MaxValue ? _shorts : null;
        if (_scaled.Mismatch > byte.MaxValue || _scaled.GapOpen > byte.MaxValue) _kernel = null;
        if (codes.Length > 0) _kernel?.SetQuery(codes, _scaled);
    }

    /// <summary>Aligns the query to a target.</summary>
    /// <param name="codes">Target codes.</param>
    /// <param name="sharedPrefix">Leading codes equal to those of the target before; ignored for the first target of a query.</param>
    public AlignmentEnd Align(ReadOnlySpan<byte> codes, int sharedPrefix = 0)
    {
        if (_queryLength == 0 || codes.Length == 0) return new AlignmentEnd(0, -1, -1);
        if (_kernel is null || codes.Length + _queryLength > LargestStep) return ScalarAligner.Align(_query.AsSpan(0, _queryLength), codes, _scoring);
        AlignmentEnd end = _kernel.Align(codes, _first ? 0 : sharedPrefix);
        _first = false;
        return end with { Score = end.Score * _divisor };
    }
}
