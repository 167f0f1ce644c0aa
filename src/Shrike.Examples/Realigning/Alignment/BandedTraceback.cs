using Shrike.Core;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>
/// The path of an alignment whose ends are known, by dynamic programming in a band around the diagonal. The band is part of
/// the definition: of several best paths, its width decides which is found.
/// </summary>
internal sealed class BandedTraceback
{
    // Choices of a cell: where H came from (two bits), and whether E and F opened a gap there.
    private const byte FromDiagonal = 0, FromInsertion = 1, FromDeletion = 2, SourceMask = 3;
    private const byte InsertionOpened = 4, DeletionOpened = 8;

    private readonly AlignmentScoring _scoring;
    private byte[] _choices = [];
    private int[] _h = [];
    private int[] _e = [];

    /// <param name="scoring">Scores.</param>
    public BandedTraceback(AlignmentScoring scoring) => _scoring = scoring;

    /// <summary>Finds the path from the first to the last cell of two coded sequences.</summary>
    /// <param name="query">Aligned part of the query.</param>
    /// <param name="target">Aligned part of the target.</param>
    /// <param name="score">Score of the best alignment, which reaches from end to end.</param>
    /// <param name="cigar">Receives =, X, I and D, from the end of the alignment to its start; not merged.</param>
    /// <returns>False if no band holds a path of that score.</returns>
    public bool TryTrace(ReadOnlySpan<byte> query, ReadOnlySpan<byte> target, int score, List<uint> cigar)
    {
        cigar.Clear();
        int n = query.Length;
        int m = target.Length;
        int width = Math.Abs(m - n) + 1;
        while (true)
        {
            int best = Fill(query, target, width);
            if (best >= score || 2L * width > Math.Max(n, m)) break;
            width *= 2;
        }

        return Walk(query, target, width, cigar);
    }

    private int Fill(ReadOnlySpan<byte> query, ReadOnlySpan<byte> target, int width)
    {
        int n = query.Length;
        int m = target.Length;
        int columns = (int)Math.Min((2L * width) + 1, m);
        long cells = (long)n * columns;
        if (_choices.Length < cells) _choices = new byte[cells + (cells / 2)];
        if (_h.Length < m + 2)
        {
            _h = new int[(m + 2) * 2];
            _e = new int[(m + 2) * 2];
        }

        // Index j + 1 of a row holds column j; index 0 stands for the column before the first.
        Span<int> h = _h.AsSpan(0, m + 2);
        Span<int> e = _e.AsSpan(0, m + 2);
        h.Clear();
        e.Clear();
        (int match, int mismatch, int open, int extend) = _scoring;
        int best = 0;
        for (int i = 0; i < n; i++)
        {
            int from = Math.Max(0, i - width);
            int to = (int)Math.Min(m - 1, i + (long)width);
            if (from > to) break;

            // The last column of the band is new in this row, the one left of it has left it: both count as zero.
            int diagonal = from == 0 || i == 0 ? 0 : h[from];
            int left = 0;
            int f = 0;
            if (to == i + width)
            {
                h[to + 1] = 0;
                e[to + 1] = 0;
            }

            byte code = query[i];
            Span<byte> choices = _choices.AsSpan(i * columns, columns);
            int offset = columns == m ? 0 : from;
            for (int j = from; j <= to; j++)
            {
                byte choice = 0;
                int opened = h[j + 1] - open;
                int extended = e[j + 1] - extend;
                if (opened > extended) choice = InsertionOpened;
                int insertion = Math.Max(opened, extended);
                e[j + 1] = insertion;

                opened = left - open;
                extended = f - extend;
                if (opened > extended) choice |= DeletionOpened;
                f = Math.Max(opened, extended);

                int d = diagonal + (LetterCodes.Match(code, target[j]) ? match : -mismatch);
                diagonal = h[j + 1];
                int gap = Math.Max(insertion, 0);
                int skip = Math.Max(f, 0);
                if (d < Math.Max(gap, skip)) choice |= gap > skip ? FromInsertion : FromDeletion;
                left = Math.Max(d, Math.Max(gap, skip));
                h[j + 1] = left;
                best = Math.Max(best, left);
                choices[j - offset] = choice;
            }
        }

        return best;
    }

    private bool Walk(ReadOnlySpan<byte> query, ReadOnlySpan<byte> target, int width, List<uint> cigar)
    {
        int m = target.Length;
        int columns = (int)Math.Min((2L * width) + 1, m);
        int i = query.Length - 1;
        int j = m - 1;
        byte source = SourceMask;
        while (i >= 0 && j > 0)
        {
            if (j < i - width || j > i + (long)width) return false;
            byte choice = _choices[(i * columns) + j - (columns == m ? 0 : Math.Max(0, i - width))];
            if (source == SourceMask) source = (byte)(choice & SourceMask);
            switch (source)
            {
                case FromDiagonal:
                    cigar.Add(Aligned(query[i], target[j]));
                    i--;
                    j--;
                    source = SourceMask;
                    break;
                case FromInsertion:
                    cigar.Add(Cigar.Pack(CigarOp.Insertion, 1));
                    i--;
                    if ((choice & InsertionOpened) != 0) source = SourceMask;
                    break;
                default:
                    cigar.Add(Cigar.Pack(CigarOp.Deletion, 1));
                    j--;
                    if ((choice & DeletionOpened) != 0) source = SourceMask;
                    break;
            }
        }

        cigar.Add(i >= 0 ? Aligned(query[i], target[j]) : Cigar.Pack(CigarOp.SequenceMatch, 1));
        return true;
    }

    private static uint Aligned(byte query, byte target) =>
        Cigar.Pack(LetterCodes.SameLetter(query, target) ? CigarOp.SequenceMatch : CigarOp.SequenceMismatch, 1);
}
