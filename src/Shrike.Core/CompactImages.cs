using System.Runtime.InteropServices;

namespace Shrike.Core;

/// <summary>Which byte of a pixel changes along a row; -1 if no channel shows it.</summary>
/// <param name="Channels">Bytes of a pixel.</param>
/// <param name="Base">Base colour.</param>
/// <param name="Quality">Base quality.</param>
/// <param name="Differs">Whether the base differs from the reference.</param>
/// <param name="InRun">Whether the base lies in a homopolymer.</param>
/// <param name="RunLength">Length of that homopolymer.</param>
public readonly record struct PixelLayout(int Channels, int Base, int Quality, int Differs, int InRun, int RunLength);

/// <summary>Columns of a row that show consecutive bases of its sequence.</summary>
/// <param name="Column">First column.</param>
/// <param name="Index">First base, counted from the sequence's first.</param>
/// <param name="Length">Columns; 0 for the one column that marks an insertion or a deletion.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RowSpan(int Column, int Index, int Length);

/// <summary>A row before it is painted. Later spans lie over earlier ones.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CompactRow
{
    /// <summary>First base in <see cref="CompactImages.Letters"/>, first quality in <see cref="CompactImages.Qualities"/>.</summary>
    public int Sequence;

    /// <summary>Bases of the sequence.</summary>
    public int Length;

    /// <summary>First base of the image's window of the reference in <see cref="CompactImages.Letters"/>.</summary>
    public int Window;

    /// <summary>First span in <see cref="CompactImages.Spans"/>.</summary>
    public int FirstSpan;

    /// <summary>Number of spans.</summary>
    public int Spans;

    /// <summary>1 for a row of the reference, whose quality and difference stand in the template.</summary>
    public int IsReference;
}

/// <summary>
/// Images as rows of bases, qualities and spans: a twelfth of the bytes of painted images at 52-fold depth, and laid out so
/// that a device takes the arrays as they are. Reused; grows to the largest set of images it has held.
/// </summary>
public sealed class CompactImages
{
    private byte[] _letters = new byte[1 << 16];
    private byte[] _qualities = new byte[1 << 16];
    private byte[] _templates = new byte[1 << 14];
    private CompactRow[] _rows = new CompactRow[1 << 10];
    private RowSpan[] _spans = new RowSpan[1 << 12];
    private int[] _firstRow = new int[64];
    private int _sequenceEnd;
    private int _rowCount;
    private int _spanCount;

    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="layout">Channels.</param>
    public CompactImages(int height, int width, PixelLayout layout)
    {
        (Height, Width, Layout) = (height, width, layout);
    }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>Channels.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; private set; }

    /// <summary>Upper-case ASCII bases of all sequences.</summary>
    public ReadOnlySpan<byte> Letters => _letters.AsSpan(0, _sequenceEnd);

    /// <summary>Base qualities of all sequences, at the places of their bases; 0 for the reference.</summary>
    public ReadOnlySpan<byte> Qualities => _qualities.AsSpan(0, _sequenceEnd);

    /// <summary>Pixel templates, one of <see cref="PixelLayout.Channels"/> bytes for each row.</summary>
    public ReadOnlySpan<byte> Templates => _templates.AsSpan(0, _rowCount * Layout.Channels);

    /// <summary>Rows of all images, one image behind the other.</summary>
    public ReadOnlySpan<CompactRow> Rows => _rows.AsSpan(0, _rowCount);

    /// <summary>Spans of all rows.</summary>
    public ReadOnlySpan<RowSpan> Spans => _spans.AsSpan(0, _spanCount);

    /// <summary>First row of each image, and behind them the number of rows.</summary>
    public ReadOnlySpan<int> FirstRow => _firstRow.AsSpan(0, Count + 1);

    /// <summary>Bytes of all arrays.</summary>
    public long Bytes => (2L * _sequenceEnd) + ((long)_rowCount * (24 + Layout.Channels)) + (12L * _spanCount) + (4L * (Count + 1));

    /// <summary>Removes all images.</summary>
    public void Clear() => (Count, _sequenceEnd, _rowCount, _spanCount) = (0, 0, 0, 0);

    /// <summary>Begins an image; its rows follow.</summary>
    public void AddImage()
    {
        Count++;
        Grow(ref _firstRow, Count + 1);
        _firstRow[Count - 1] = _firstRow[Count] = _rowCount;
    }

    /// <summary>Adds a sequence and returns its place.</summary>
    /// <param name="letters">Bases.</param>
    /// <param name="qualities">Their qualities, or nothing.</param>
    public int AddSequence(ReadOnlySpan<byte> letters, ReadOnlySpan<byte> qualities)
    {
        int at = _sequenceEnd;
        _sequenceEnd = checked(_sequenceEnd + letters.Length);
        Grow(ref _letters, _sequenceEnd);
        Grow(ref _qualities, _sequenceEnd);
        letters.CopyTo(_letters.AsSpan(at));
        if (qualities.IsEmpty) _qualities.AsSpan(at, letters.Length).Clear();
        else qualities.CopyTo(_qualities.AsSpan(at));
        return at;
    }

    /// <summary>Adds a row to the last image.</summary>
    /// <param name="row">The row; its spans are set here.</param>
    /// <param name="spans">What it shows.</param>
    /// <param name="template">Bytes of a pixel that are the same along the row.</param>
    public void AddRow(CompactRow row, ReadOnlySpan<RowSpan> spans, ReadOnlySpan<byte> template)
    {
        (row.FirstSpan, row.Spans) = (_spanCount, spans.Length);
        _spanCount += spans.Length;
        Grow(ref _spans, _spanCount);
        spans.CopyTo(_spans.AsSpan(row.FirstSpan));
        Grow(ref _rows, _rowCount + 1);
        Grow(ref _templates, (_rowCount + 1) * Layout.Channels);
        template[..Layout.Channels].CopyTo(_templates.AsSpan(_rowCount * Layout.Channels));
        _rows[_rowCount++] = row;
        _firstRow[Count] = _rowCount;
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (array.Length < needed) Array.Resize(ref array, Math.Max(needed, array.Length * 2));
    }
}
