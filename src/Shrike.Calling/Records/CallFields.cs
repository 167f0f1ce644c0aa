namespace Shrike.Calling.Records;

/// <summary>Per-sample fields of a call, in the order of the FORMAT column (between GT and PL).</summary>
public enum CallField
{
    /// <summary>Genotype quality.</summary>
    Gq,

    /// <summary>Depth.</summary>
    Dp,

    /// <summary>Smallest depth of a block.</summary>
    MinDp,

    /// <summary>Depth of each allele.</summary>
    Ad,

    /// <summary>Fraction of each ALT.</summary>
    Vaf,

    /// <summary>Phase set.</summary>
    Ps,

    /// <summary>Methylation fraction of each allele.</summary>
    Mf,

    /// <summary>Methylation depth of each allele.</summary>
    Md,

    /// <summary>Methylation type.</summary>
    Mt,

    /// <summary>Median depth of a block.</summary>
    MedDp,

    /// <summary>The model that made the call.</summary>
    Mid,
}

/// <summary>Names of the fields.</summary>
internal static class CallFieldNames
{
    private static readonly byte[][] Names = [.. new[] { "GQ", "DP", "MIN_DP", "AD", "VAF", "PS", "MF", "MD", "MT", "MED_DP", "MID" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Number of fields.</summary>
    public static int Count => Names.Length;

    /// <summary>Name of a field.</summary>
    public static ReadOnlySpan<byte> Of(CallField field) => Names[(int)field];

    /// <summary>Field of a name; -1 if none is written to a VCF.</summary>
    public static int Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i])) return i;
        }

        return -1;
    }
}

/// <summary>One value of a field: an integer, a number or a text.</summary>
public readonly struct FieldValue
{
    private readonly ReadOnlyMemory<byte> _text;
    private readonly double _number;
    private readonly byte _kind;

    private FieldValue(byte kind, double number, ReadOnlyMemory<byte> text)
    {
        _kind = kind;
        _number = number;
        _text = text;
    }

    /// <summary>The integer; 0 if the value is of another kind.</summary>
    public int Integer => _kind == 0 ? (int)_number : 0;

    /// <summary>The number; 0 if the value is of another kind.</summary>
    public double Number => _kind == 1 ? _number : 0;

    /// <summary>The text; empty if the value is of another kind.</summary>
    public ReadOnlyMemory<byte> Text => _text;

    /// <summary>An integer.</summary>
    public static FieldValue Of(int value) => new(0, value, default);

    /// <summary>A number.</summary>
    public static FieldValue Of(double value) => new(1, value, default);

    /// <summary>A text.</summary>
    public static FieldValue Of(ReadOnlyMemory<byte> value) => new(2, 0, value);
}

/// <summary>Values of one field; a field may be there and empty.</summary>
public sealed class FieldValues
{
    /// <summary>The values.</summary>
    public List<FieldValue> Values { get; } = [];

    /// <summary>The record has the field, if only empty.</summary>
    public bool IsPresent { get; set; }

    /// <summary>Sets the field to one value.</summary>
    public void Set(FieldValue value)
    {
        Values.Clear();
        Values.Add(value);
        IsPresent = true;
    }

    /// <summary>Takes the field away.</summary>
    public void Clear()
    {
        Values.Clear();
        IsPresent = false;
    }
}
