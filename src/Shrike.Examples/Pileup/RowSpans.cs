using Shrike.Core;

namespace Shrike.Examples.Pileup;

/// <summary>From an alignment to the columns of a row that show its bases.</summary>
internal static class RowSpans
{
    /// <summary>Appends the spans of a read in the order they are painted; false if it must not be drawn (a bad base at the variant's first position).</summary>
    /// <param name="read">The trimmed alignment.</param>
    /// <param name="qualities">Qualities of the trimmed read.</param>
    /// <param name="windowStart">Position of column 0.</param>
    /// <param name="options">Width and least base quality.</param>
    /// <param name="spans">Receives the spans, each clipped to the image; nothing of a read that is not drawn stays.</param>
    public static bool Append(TrimmedRead read, ReadOnlySpan<byte> qualities, int windowStart, PileupOptions options, List<RowSpan> spans)
    {
        int before = spans.Count;
        int width = options.Width;
        int center = (width - 1) / 2;
        int column = read.Start - windowStart;
        int q = 0;
        bool isGood = true;
        void Anchor(int at, int index, ReadOnlySpan<byte> quality)
        {
            if (at < 0 || at >= width || index >= quality.Length) return;
            if (at == center && quality[index] < options.MinBaseQuality) isGood = false;
            spans.Add(new RowSpan(at, index, 0));
        }

        foreach (uint element in read.Cigar)
        {
            int length = Cigar.Length(element);
            switch (Cigar.Op(element))
            {
                case CigarOp.Match or CigarOp.SequenceMatch or CigarOp.SequenceMismatch:
                    int from = Math.Max(0, -column);
                    int to = Math.Min(length, width - column);
                    if (column + from <= center && center < column + to && qualities[q + center - column] < options.MinBaseQuality) isGood = false;
                    if (from < to) spans.Add(new RowSpan(column + from, q + from, to - from));
                    q += length;
                    column += length;
                    break;
                case CigarOp.Insertion:
                    if (windowStart + column > 0) Anchor(column - 1, q, qualities);
                    q += length;
                    break;
                case CigarOp.SoftClip:
                    q += length;
                    break;
                case CigarOp.Deletion:
                    if (q > 0) Anchor(column - 1, q - 1, qualities);
                    column += length;
                    break;
                case CigarOp.Skip:
                    column += length;
                    break;
            }

            if (isGood) continue;
            spans.RemoveRange(before, spans.Count - before);
            return false;
        }

        return true;
    }
}
