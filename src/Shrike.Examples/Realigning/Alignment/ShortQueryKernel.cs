using System.Numerics;
using System.Runtime.CompilerServices;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// The scores of <see cref="AntiDiagonalKernel{TLanes, TVector, TLane}"/> for queries that fit into two vectors: the whole state
/// stays in registers.
/// </summary>
/// <typeparam name="TLanes">Vector operations.</typeparam>
/// <typeparam name="TVector">Vector.</typeparam>
/// <typeparam name="TLane">Lane.</typeparam>
internal sealed class ShortQueryKernel<TLanes, TVector, TLane> : IScoringKernel
    where TLanes : struct, ILanes<TVector, TLane>
    where TVector : struct
    where TLane : unmanaged, IBinaryInteger<TLane>
{
    private const int SnapshotEvery = 16;
    private TLane[] _reversed = [];
    private State[] _snapshots = [];
    private TVector _query0;
    private TVector _query1;
    private int _origin;
    private int _queryLength;
    private AlignmentScoring _scoring;

    /// <summary>Longest query.</summary>
    public static int MaxLength => 2 * TLanes.Count;

    /// <inheritdoc/>
    public void SetQuery(ReadOnlySpan<byte> codes, AlignmentScoring scoring)
    {
        _scoring = scoring;
        _queryLength = codes.Length;
        Span<TLane> query = stackalloc TLane[MaxLength];
        for (int i = 0; i < query.Length; i++) query[i] = TLane.CreateTruncating(i < codes.Length ? codes[i] : LetterCodes.QueryOther);
        _query0 = TLanes.Load(ref query[0]);
        _query1 = TLanes.Load(ref query[TLanes.Count]);
    }

    /// <inheritdoc/>
    public int Score(ReadOnlySpan<byte> codes, int sharedPrefix)
    {
        sharedPrefix = SetTarget(codes, sharedPrefix);
        int first = sharedPrefix / SnapshotEvery * SnapshotEvery;
        State state = first == 0 ? default : _snapshots[first / SnapshotEvery];
        int steps = codes.Length + _queryLength - 1;
        int snapshots = (codes.Length / SnapshotEvery) + 1;
        if (_snapshots.Length < snapshots) Array.Resize(ref _snapshots, snapshots * 2);
        for (int from = first; from < steps; from += SnapshotEvery)
        {
            if (from > first && from <= codes.Length) _snapshots[from / SnapshotEvery] = state;
            Run(ref state, from, Math.Min(steps, from + SnapshotEvery));
        }

        return Highest(TLanes.Max(state.Best0, state.Best1));
    }

    private void Run(ref State state, int from, int to)
    {
        TVector match = TLanes.Broadcast(_scoring.Match);
        TVector mismatch = TLanes.Broadcast(_scoring.Mismatch);
        TVector open = TLanes.Broadcast(_scoring.GapOpen);
        TVector extend = TLanes.Broadcast(_scoring.GapExtend);
        TVector control = TLanes.ShiftControl;
        TVector query0 = _query0;
        TVector query1 = _query1;
        (TVector h0, TVector h1) = (state.H0, state.H1);
        (TVector diagonal0, TVector diagonal1) = (state.Diagonal0, state.Diagonal1);
        (TVector e0, TVector e1) = (state.E0, state.E1);
        (TVector f0, TVector f1) = (state.F0, state.F1);
        (TVector best0, TVector best1) = (state.Best0, state.Best1);
        ref TLane target = ref _reversed[_origin - from];
        for (int d = from; d < to; d++)
        {
            TVector above0 = TLanes.ShiftIn(h0, default, control);
            TVector above1 = TLanes.ShiftIn(h1, h0, control);
            TVector aboveE0 = TLanes.ShiftIn(e0, default, control);
            TVector aboveE1 = TLanes.ShiftIn(e1, e0, control);
            f0 = TLanes.Max(TLanes.Subtract(h0, open), TLanes.Subtract(f0, extend));
            f1 = TLanes.Max(TLanes.Subtract(h1, open), TLanes.Subtract(f1, extend));
            e0 = TLanes.Max(TLanes.Subtract(above0, open), TLanes.Subtract(aboveE0, extend));
            e1 = TLanes.Max(TLanes.Subtract(above1, open), TLanes.Subtract(aboveE1, extend));
            h0 = TLanes.SelectEqual(query0, TLanes.Load(ref target), TLanes.Add(diagonal0, match), TLanes.Subtract(diagonal0, mismatch));
            h1 = TLanes.SelectEqual(query1, TLanes.Load(ref Unsafe.Add(ref target, TLanes.Count)), TLanes.Add(diagonal1, match), TLanes.Subtract(diagonal1, mismatch));
            h0 = TLanes.Max(h0, TLanes.Max(e0, f0));
            h1 = TLanes.Max(h1, TLanes.Max(e1, f1));
            best0 = TLanes.Max(best0, h0);
            best1 = TLanes.Max(best1, h1);
            diagonal0 = above0;
            diagonal1 = above1;
            target = ref Unsafe.Subtract(ref target, 1);
        }

        state = new State
        {
            H0 = h0,
            H1 = h1,
            Diagonal0 = diagonal0,
            Diagonal1 = diagonal1,
            E0 = e0,
            E1 = e1,
            F0 = f0,
            F1 = f1,
            Best0 = best0,
            Best1 = best1,
        };
    }

    private static int Highest(TVector best)
    {
        Span<TLane> lanes = stackalloc TLane[TLanes.Count];
        TLanes.Store(best, ref lanes[0]);
        TLane highest = TLane.Zero;
        foreach (TLane lane in lanes) highest = TLane.Max(highest, lane);
        return int.CreateTruncating(highest);
    }

    /// <summary>Lays the target down backwards; column j is at origin - j, and there are padding columns on both sides.</summary>
    private int SetTarget(ReadOnlySpan<byte> codes, int sharedPrefix)
    {
        int rows = MaxLength;
        if (_origin < codes.Length + rows)
        {
            _origin = Math.Max(1024, codes.Length * 2) + rows;
            _reversed = new TLane[_origin + (2 * rows)];
            _reversed.AsSpan().Fill(TLane.CreateTruncating(LetterCodes.TargetOther));
            sharedPrefix = 0;
        }

        for (int j = sharedPrefix; j < codes.Length; j++) _reversed[_origin - j] = TLane.CreateTruncating(codes[j]);
        _reversed.AsSpan(_origin - codes.Length + 1 - rows, rows).Fill(TLane.CreateTruncating(LetterCodes.TargetOther));
        return sharedPrefix;
    }

    private struct State
    {
        public TVector H0, H1, Diagonal0, Diagonal1, E0, E1, F0, F1, Best0, Best1;
    }
}
