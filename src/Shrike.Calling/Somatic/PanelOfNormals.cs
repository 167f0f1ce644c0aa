using System.Text;
using Shrike.Calling.Records;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Calling.Somatic;

/// <summary>Variants seen in normal samples: a call that equals one is no somatic variant. Not safe for several threads.</summary>
internal sealed class PanelOfNormals : IDisposable
{
    private readonly VcfReader _reader;
    private readonly ContigTable _contigs;
    private readonly HashSet<string> _known;

    /// <param name="path">Indexed VCF.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    public PanelOfNormals(string path, ContigTable contigs)
    {
        _reader = VcfReader.Open(path);
        _contigs = contigs;
        _known = [.. _reader.Header.Contigs.Select(c => c.Name)];
    }

    /// <summary>Whether the panel has a record at the same place with the same REF and ALTs, in any order.</summary>
    public bool Contains(Call call)
    {
        string contig = _contigs.Contigs[call.Contig].Name;

        // A panel of some contigs says nothing of the others.
        if (_known.Count > 0 && !_known.Contains(contig)) return false;
        string reference = Encoding.UTF8.GetString(call.Reference.Span);
        List<string> alternates = [.. call.Alternates.Select(a => Encoding.UTF8.GetString(a.Span)).Order(StringComparer.Ordinal)];
        foreach (VcfRecord record in _reader.Query(contig, call.Start, call.End))
        {
            if (record.Start == call.Start && record.Reference == reference && record.Alternates.Order(StringComparer.Ordinal).SequenceEqual(alternates)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
