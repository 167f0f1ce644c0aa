using System.Buffers.Binary;
using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Training.Data;

/// <summary>Kind of a candidate, for counting.</summary>
public enum VariantKind : byte
{
    /// <summary>One base for another.</summary>
    Snp,

    /// <summary>More bases than the reference.</summary>
    Insertion,

    /// <summary>Fewer bases than the reference.</summary>
    Deletion,
}

/// <summary>A training image without its empty rows.</summary>
/// <param name="Label">Copies of the shown ALTs, 0..2.</param>
/// <param name="Kind">Kind of the first shown ALT.</param>
/// <param name="Rows">Rows that are not empty, each W x C bytes; the reference rows come first.</param>
public sealed record LabelledImage(byte Label, VariantKind Kind, byte[] Rows)
{
    private const int MaxBytes = 1 << 24;

    /// <summary>Kind of one ALT.</summary>
    public static VariantKind KindOf(Variant v, int alt) => KindOf(v.ReferenceBases, v.AlternateBases[alt]);

    /// <summary>Kind of one ALT.</summary>
    public static VariantKind KindOf(string reference, string alternate)
    {
        int difference = alternate.Length - reference.Length;
        return difference == 0 ? VariantKind.Snp : difference > 0 ? VariantKind.Insertion : VariantKind.Deletion;
    }

    /// <summary>Appends to a file of images.</summary>
    public void Write(Stream stream)
    {
        Span<byte> head = stackalloc byte[6];
        head[0] = Label;
        head[1] = (byte)Kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[2..], Rows.Length);
        stream.Write(head);
        stream.Write(Rows);
    }

    /// <summary>Reads all images of a file.</summary>
    public static IEnumerable<LabelledImage> ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        var head = new byte[6];
        while (file.ReadAtLeast(head, 6, throwOnEndOfStream: false) is var got and > 0)
        {
            int length = got == 6 ? BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(2)) : -1;
            if (length is < 0 or > MaxBytes || head[0] > 2 || head[1] > (byte)VariantKind.Deletion) throw ShrikeException.InvalidData($"{path}: is damaged or not a file of labelled images");
            var rows = new byte[length];
            if (file.ReadAtLeast(rows, length, throwOnEndOfStream: false) < length) throw ShrikeException.InvalidData($"{path}: is cut off in the middle of an image");
            yield return new LabelledImage(head[0], (VariantKind)head[1], rows);
        }
    }
}
