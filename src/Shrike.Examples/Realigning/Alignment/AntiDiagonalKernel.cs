using System.Numerics;
using System.Runtime.CompilerServices;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// Smith-Waterman along anti-diagonals: the lanes are the rows of the query, step d computes all cells (i, d - i), which do
/// not depend on each other. Targets that begin alike share the steps of their common beginning: the state is kept every few
/// steps, and the next target starts from the last state both share. Rows and columns beyond the sequences are padded with
/// letters that match nothing: what enters there only loses score, and nothing comes back. A search for the end may be bound
/// to a band of diagonals; cells outside count as zero.
/// </summary>
/// <typeparam name="TLanes">Vector operations.</typeparam>
/// <typeparam name="TVector">Vector.</typeparam>
/// <typeparam name="TLane">Lane.</typeparam>
internal sealed class AntiDiagonalKernel<TLanes, TVector, TLane>
    : IScoringKernel, ILocatingKernel
    where TLanes : struct, ILanes<TVector, TLane>
    where TVector : struct
    where TLane : unmanaged, IBinaryInteger<TLane>
{
    private const int SnapshotEvery = 16;

    // Rows of the state: H of the step before; H of two steps before, moved down one row; E (query gaps advance, I);
    // F (target gaps advance, D); the best H of the row; and the step where it was first reached, low and high part.
    private const int H = 0, Diagonal = 1, E = 2, F = 3, Best = 4, StepLow = 5, StepHigh = 6;
    private const int StateRows = 7;

    private readonly bool _wideSteps = Unsafe.SizeOf<TLane>() == 1;
    private TLane[] _query = [];
    private TLane[] _reversed = [];
    private TLane[] _state = [];
    private TLane[] _snapshots = [];
    private int _origin;
    private int _rows;
    private int _queryLength;
    private AlignmentScoring _scoring;

    /// <inheritdoc/>
    public void SetQuery(ReadOnlySpan<byte> codes, AlignmentScoring scoring)
    {
        _scoring = scoring;
        _queryLength = codes.Length;
        _rows = (codes.Length + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        if (_query.Length < _rows)
        {
            _query = new TLane[_rows];
            _state = new TLane[_rows * StateRows];
        }

        for (int i = 0; i < _rows; i++) _query[i] = TLane.CreateTruncating(i < codes.Length ? codes[i] : LetterCodes.QueryOther);
    }

    /// <inheritdoc/>
    public int Score(ReadOnlySpan<byte> codes, int sharedPrefix)
    {
        sharedPrefix = SetTarget(codes, sharedPrefix);
        int size = _rows * StateRows;
        int first = sharedPrefix / SnapshotEvery * SnapshotEvery;
        if (first == 0) _state.AsSpan(0, size).Clear();
        else _snapshots.AsSpan(first / SnapshotEvery * size, size).CopyTo(_state);

        int steps = codes.Length + _queryLength - 1;
        EnsureSnapshots((codes.Length / SnapshotEvery * size) + size);
        for (int from = first; from < steps; from += SnapshotEvery)
        {
            if (from > first && from <= codes.Length) _state.AsSpan(0, size).CopyTo(_snapshots.AsSpan(from / SnapshotEvery * size));
            Run<Untracked>(from, Math.Min(steps, from + SnapshotEvery), codes.Length, -_queryLength, codes.Length);
        }

        return int.CreateTruncating(Highest());
    }

    /// <inheritdoc/>
    public AlignmentEnd Locate(ReadOnlySpan<byte> codes, int lowest, int highest, int expected)
    {
        _ = SetTarget(codes, 0);
        _state.AsSpan(0, _rows * StateRows).Clear();
        int steps = codes.Length + _queryLength - 1;
        for (int from = 0; from < steps; from += SnapshotEvery)
        {
            Run<Tracked>(from, Math.Min(steps, from + SnapshotEvery), codes.Length, lowest, highest);

            // Once the best score is reached, only cells of smaller columns can still come first.
            if (int.CreateTruncating(Highest()) == expected) steps = Math.Min(steps, FindEnd().Target + _queryLength);
        }

        return FindEnd();
    }

    private void EnsureSnapshots(int size)
    {
        if (_snapshots.Length < size) Array.Resize(ref _snapshots, size + (size / 2));
    }

    /// <summary>Lays the target down backwards, so that the letters of a step lie in the order of the rows.</summary>
    private int SetTarget(ReadOnlySpan<byte> codes, int sharedPrefix)
    {
        // Index of column j is origin - j: columns -rows .. length + rows - 1 must exist.
        int needed = codes.Length + (2 * _rows) + TLanes.Count;
        if (_reversed.Length < needed || _origin < codes.Length + _rows || _reversed.Length - _origin <= _rows + TLanes.Count)
        {
            int columns = Math.Max(1024, codes.Length * 2);
            _origin = columns + _rows;
            _reversed = new TLane[_origin + _rows + (2 * TLanes.Count)];
            sharedPrefix = 0;
        }

        TLane other = TLane.CreateTruncating(LetterCodes.TargetOther);
        if (sharedPrefix == 0) _reversed.AsSpan(_origin + 1).Fill(other);
        for (int j = sharedPrefix; j < codes.Length; j++) _reversed[_origin - j] = TLane.CreateTruncating(codes[j]);
        int end = _origin - codes.Length + 1;
        _reversed.AsSpan(end - _rows, _rows).Fill(other);
        return sharedPrefix;
    }

    private void Run<TTracking>(int from, int to, int targetLength, int lowestDiagonal, int highestDiagonal)
        where TTracking : struct, ITracking
    {
        int lanes = TLanes.Count;
        int blocks = _rows / lanes;
        TVector match = TLanes.Broadcast(_scoring.Match);
        TVector mismatch = TLanes.Broadcast(_scoring.Mismatch);
        TVector open = TLanes.Broadcast(_scoring.GapOpen);
        TVector extend = TLanes.Broadcast(_scoring.GapExtend);
        TVector control = TLanes.ShiftControl;
        ref TLane query = ref _query[0];
        ref TLane state = ref _state[0];
        int rows = _rows;
        int previousLow = RowRange(from - 1, targetLength, lowestDiagonal, highestDiagonal).Low / lanes;
        for (int d = from; d < to; d++)
        {
            (int low, int high) = RowRange(d, targetLength, lowestDiagonal, highestDiagonal);
            low /= lanes;

            // A block joins one step before its first row does, to take over that row's diagonal neighbour.
            high = Math.Min(blocks - 1, (high + 1) / lanes);
            TVector stepLow = TLanes.Broadcast(d);
            TVector stepHigh = TLanes.Broadcast(d >> 8);
            TVector previousH = default;
            TVector previousE = default;
            if (low > previousLow)
            {
                previousH = TLanes.Load(ref Unsafe.Add(ref state, (H * rows) + ((low - 1) * lanes)));
                previousE = TLanes.Load(ref Unsafe.Add(ref state, (E * rows) + ((low - 1) * lanes)));
            }

            previousLow = low;
            ref TLane target = ref _reversed[_origin - d];
            for (int block = low; block <= high; block++)
            {
                int at = block * lanes;
                ref TLane s = ref Unsafe.Add(ref state, at);
                TVector lastH = TLanes.Load(ref Unsafe.Add(ref s, H * rows));
                TVector lastE = TLanes.Load(ref Unsafe.Add(ref s, E * rows));
                TVector above = TLanes.ShiftIn(lastH, previousH, control);
                TVector e = TLanes.Max(TLanes.Subtract(above, open), TLanes.Subtract(TLanes.ShiftIn(lastE, previousE, control), extend));
                TVector f = TLanes.Max(TLanes.Subtract(lastH, open), TLanes.Subtract(TLanes.Load(ref Unsafe.Add(ref s, F * rows)), extend));
                TVector diagonal = TLanes.Load(ref Unsafe.Add(ref s, Diagonal * rows));
                TVector h = TLanes.SelectEqual(
                    TLanes.Load(ref Unsafe.Add(ref query, at)),
                    TLanes.Load(ref Unsafe.Add(ref target, at)),
                    TLanes.Add(diagonal, match),
                    TLanes.Subtract(diagonal, mismatch));
                h = TLanes.Max(h, TLanes.Max(e, f));
                previousH = lastH;
                previousE = lastE;
                TLanes.Store(h, ref Unsafe.Add(ref s, H * rows));
                TLanes.Store(above, ref Unsafe.Add(ref s, Diagonal * rows));
                TLanes.Store(e, ref Unsafe.Add(ref s, E * rows));
                TLanes.Store(f, ref Unsafe.Add(ref s, F * rows));

                TVector best = TLanes.Load(ref Unsafe.Add(ref s, Best * rows));
                TVector better = TLanes.Max(best, h);
                TLanes.Store(better, ref Unsafe.Add(ref s, Best * rows));
                if (!TTracking.TracksSteps) continue;
                ref TLane stepAt = ref Unsafe.Add(ref s, StepLow * rows);
                TLanes.Store(TLanes.SelectEqual(best, better, TLanes.Load(ref stepAt), stepLow), ref stepAt);
                if (!_wideSteps) continue;
                stepAt = ref Unsafe.Add(ref s, StepHigh * rows);
                TLanes.Store(TLanes.SelectEqual(best, better, TLanes.Load(ref stepAt), stepHigh), ref stepAt);
            }
        }
    }

    /// <summary>Rows with a cell in a step: within the sequences, and on the diagonals (column - row) of the band.</summary>
    private static (int Low, int High) RowRange(int step, int targetLength, int lowestDiagonal, int highestDiagonal) => (
        Math.Max(Math.Max(0, step - targetLength + 1), (step - highestDiagonal + 1) >> 1),
        Math.Min(step, (step - lowestDiagonal) >> 1));

    private TLane Highest()
    {
        TLane best = TLane.Zero;
        foreach (TLane lane in _state.AsSpan(Best * _rows, _queryLength)) best = TLane.Max(best, lane);
        return best;
    }

    private AlignmentEnd FindEnd()
    {
        TLane best = Highest();
        if (best == TLane.Zero) return new AlignmentEnd(0, -1, -1);
        int query = -1;
        int target = int.MaxValue;
        for (int i = 0; i < _queryLength; i++)
        {
            if (_state[(Best * _rows) + i] != best) continue;
            int step = int.CreateTruncating(_state[(StepLow * _rows) + i]) + (_wideSteps ? int.CreateTruncating(_state[(StepHigh * _rows) + i]) << 8 : 0);
            if (step - i >= target) continue;
            (query, target) = (i, step - i);
        }

        return new AlignmentEnd(int.CreateTruncating(best), query, target);
    }

    private interface ITracking
    {
        static abstract bool TracksSteps { get; }
    }

    private readonly struct Tracked : ITracking
    {
        public static bool TracksSteps => true;
    }

    private readonly struct Untracked : ITracking
    {
        public static bool TracksSteps => false;
    }
}
