using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Examples.Reads;

/// <summary>
/// Decodes the reads of a tile into a <see cref="ReadStore"/>, once. Belongs to one thread: it keeps its own handles
/// and reuses the arrays of its store.
/// </summary>
public sealed class TileReader : IDisposable
{
    private readonly AlignmentReader[] _files;
    private readonly ReadFilter _filter;
    private readonly ReadStore _store = new();

    /// <param name="paths">Alignment files of the sample, in the order the user gave.</param>
    /// <param name="referencePath">Reference for CRAM, null to decode without.</param>
    /// <param name="filter">Which records take part.</param>
    public TileReader(IReadOnlyList<string> paths, string? referencePath, ReadFilter filter)
    {
        _filter = filter;
        _files = new AlignmentReader[paths.Count];
        for (int i = 0; i < paths.Count; i++) _files[i] = AlignmentReader.Open(paths[i], referencePath);
    }

    /// <summary>The files, in that order.</summary>
    internal IReadOnlyList<AlignmentReader> Files => _files;

    /// <summary>Index of a contig in the header of the first file.</summary>
    public int ContigIndex(string contig) => _files[0].Header.IndexOf(contig);

    /// <summary>Reads overlapping [start, end) of a contig; the store is reused by the next call.</summary>
    /// <exception cref="ShrikeException">A damaged file, a missing index, a record without qualities.</exception>
    public ReadStore Read(string contig, int start, int end)
    {
        ReadStore s = _store;
        s.Count = 0;
        if (s.FileOffset.Length != _files.Length + 1) s.FileOffset = new int[_files.Length + 1];
        for (int f = 0; f < _files.Length; f++)
        {
            AlignmentReader reader = _files[f];
            int reached = 0;
            reader.Query(contig, start, end);
            while (reader.Read())
            {
                AlignmentRecord record = reader.Current;
                if (!_filter.Accepts(record)) continue;
                int row = Append(record, f, reader.Path, contig);
                reached = Math.Max(reached, Math.Max(s.End[row], s.Start[row] + 1));
                s.ReachedEnd[row] = reached;
            }

            s.FileOffset[f + 1] = s.Count;
        }

        return s;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AlignmentReader file in _files) file?.Dispose();
    }

    private int Append(in AlignmentRecord record, int file, string path, string contig)
    {
        ReadStore s = _store;
        int row = s.Count;
        s.EnsureRow();
        ReadOnlySpan<uint> cigar = record.Cigar;
        ReadOnlySpan<byte> name = record.Name;
        int length = record.Length;
        if (Cigar.ReadSpan(cigar) != length && cigar.Length > 0) throw Broken(path, contig, record, "its CIGAR does not fit its sequence");

        int sequence = s.SequenceOffset[row];
        s.EnsureBases(sequence + length);
        SequenceDecoder.Decode(record.PackedBases, s.Bases.AsSpan(sequence, length));
        CopyQualities(record, s.Qualities.AsSpan(sequence, length), path, contig);

        int cigarAt = s.CigarOffset[row];
        s.EnsureCigars(cigarAt + cigar.Length);
        cigar.CopyTo(s.Cigars.AsSpan(cigarAt));
        int nameAt = s.NameOffset[row];
        s.EnsureNames(nameAt + name.Length);
        name.CopyTo(s.Names.AsSpan(nameAt));

        s.File[row] = (short)file;
        s.Start[row] = (int)record.Position;
        s.End[row] = (int)record.Position + Cigar.ReferenceSpan(cigar);
        s.Flags[row] = record.Flags;
        s.MappingQuality[row] = record.MappingQuality;
        s.TemplateLength[row] = record.TemplateLength;
        s.Haplotype[row] = _filter.ParseHaplotype && record.TryGetInteger("HP"u8, out long haplotype) ? (int)haplotype : -1;
        s.SequenceOffset[row + 1] = sequence + length;
        s.CigarOffset[row + 1] = cigarAt + cigar.Length;
        s.NameOffset[row + 1] = nameAt + name.Length;
        s.KeyHash[row] = ReadStore.HashKey(name, s.ReadNumberOf(row));
        s.Count = row + 1;
        return row;
    }

    private void CopyQualities(in AlignmentRecord record, Span<byte> target, string path, string contig)
    {
        if (_filter.UseOriginalQualities)
        {
            if (!record.TryGetText("OQ"u8, out ReadOnlySpan<byte> text) || text.Length != target.Length)
            {
                throw Broken(path, contig, record, "it has no OQ tag of its sequence's length: run without --use_original_quality_scores");
            }

            for (int i = 0; i < text.Length; i++) target[i] = (byte)(text[i] - 33);
            return;
        }

        ReadOnlySpan<byte> qualities = record.Qualities;
        if (qualities.Length > 0 && qualities[0] == 0xff) throw Broken(path, contig, record, "it has no base qualities");
        qualities.CopyTo(target);
    }

    private static ShrikeException Broken(string path, string contig, in AlignmentRecord record, string why) => ShrikeException.InvalidData(
        string.Create(CultureInfo.InvariantCulture, $"{path}: {contig}:{record.Position + 1}: read {Encoding.UTF8.GetString(record.Name)} cannot be used: {why}"));
}
