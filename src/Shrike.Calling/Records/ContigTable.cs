using System.Text;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Calling.Records;

/// <summary>Contigs of the reference by the bytes of their names. Safe for several threads.</summary>
public sealed class ContigTable
{
    private readonly byte[][] _names;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _index;

    /// <param name="contigs">Contigs of the reference, in order.</param>
    /// <param name="source">The reference, for messages.</param>
    public ContigTable(IReadOnlyList<Contig> contigs, string source)
    {
        Contigs = contigs;
        Source = source;
        _names = [.. contigs.Select(c => Encoding.UTF8.GetBytes(c.Name))];
        var index = new Dictionary<byte[], int>(new ByteComparer());
        for (int i = 0; i < _names.Length; i++) index.TryAdd(_names[i], i);
        _index = index.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Contigs in order.</summary>
    public IReadOnlyList<Contig> Contigs { get; }

    /// <summary>The reference they come from.</summary>
    public string Source { get; }

    /// <summary>Ordinal of a contig; -1 if there is none of the name.</summary>
    /// <param name="name">Name in UTF-8.</param>
    /// <param name="guess">An ordinal that is likely; any number will do.</param>
    public int Find(ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)_names.Length && name.SequenceEqual(_names[guess])) return guess;
        return _index.TryGetValue(name, out int found) ? found : -1;
    }

    /// <summary>Name of a contig in UTF-8.</summary>
    public ReadOnlySpan<byte> Name(int contig) => _names[contig];

    /// <summary>Table of a reference.</summary>
    public static ContigTable Of(ReferenceReader reference) => new(reference.Contigs, reference.Path);

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());
    }
}
