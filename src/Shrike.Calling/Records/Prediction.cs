namespace Shrike.Calling.Records;

/// <summary>One prediction of the network: probabilities of 0, 1 and 2 copies of a set of ALTs. Reused.</summary>
internal sealed class Prediction
{
    private readonly List<double> _probabilities = [];

    /// <summary>The bytes of the candidate.</summary>
    public ReadOnlyMemory<byte> Variant { get; private set; }

    /// <summary>ALT indices as stored.</summary>
    public List<int> Alternates { get; } = [];

    /// <summary>ALT indices ascending.</summary>
    public List<int> SortedAlternates { get; } = [];

    /// <summary>The probabilities.</summary>
    public IReadOnlyList<double> Probabilities => _probabilities;

    /// <summary>The record the prediction comes from, for messages.</summary>
    public StretchRecord Origin { get; private set; }

    /// <summary>Reads a <c>CallVariantsOutput</c> message.</summary>
    /// <exception cref="MalformedRecordException">The bytes are none.</exception>
    public void Read(ReadOnlyMemory<byte> record, in StretchRecord origin)
    {
        Origin = origin;
        Variant = default;
        Alternates.Clear();
        SortedAlternates.Clear();
        _probabilities.Clear();
        var reader = new ProtoReader(record.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    int length = reader.Bytes().Length;
                    Variant = record.Slice(reader.BytesStart, length);
                    break;
                case 2:
                    var indices = new ProtoReader(reader.Bytes());
                    while (indices.Next())
                    {
                        if (indices.Field == 1) indices.Integers(Alternates);
                        else indices.Skip();
                    }

                    break;
                case 3: reader.Doubles(_probabilities); break;
                default: reader.Skip(); break;
            }
        }

        SortedAlternates.AddRange(Alternates);
        SortedAlternates.Sort();
    }

    /// <summary>The candidate of a <c>CallVariantsOutput</c> message.</summary>
    /// <returns>The bytes of the <c>Variant</c> in it; empty if there is none.</returns>
    public static ReadOnlySpan<byte> VariantOf(ReadOnlySpan<byte> record)
    {
        // Of a field given twice the last counts, as in Read.
        ReadOnlySpan<byte> variant = default;
        var reader = new ProtoReader(record);
        while (reader.Next())
        {
            if (reader.Field == 1) variant = reader.Bytes();
            else reader.Skip();
        }

        return variant;
    }
}
