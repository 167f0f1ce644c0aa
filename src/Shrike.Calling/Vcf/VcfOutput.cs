using System.Text;
using Shrike.Core;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling.Vcf;

/// <summary>
/// One VCF file: BGZF with an index if its name ends in .gz, else plain text. File and index appear under their names
/// when whole.
/// </summary>
public sealed class VcfOutput : IDisposable
{
    private const int FlushAt = 1 << 16;

    // Beyond this contig length the original switches from tabix to CSI.
    private const long LongestForTabix = 500_000_000;
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly Stream _stream;
    private readonly bool _compressed;
    private readonly long _longestContig;
    private readonly StringBuilder _text = new();
    private bool _closed;

    /// <param name="path">Final name.</param>
    /// <param name="header">Header text.</param>
    /// <param name="longestContig">Decides between .tbi and .csi.</param>
    public VcfOutput(string path, string header, long longestContig)
    {
        _path = path;
        _longestContig = longestContig;
        _file = new AtomicFile(path);
        _compressed = path.EndsWith(".gz", StringComparison.Ordinal);
        _stream = _compressed ? new BgzfWriter(_file.TemporaryPath) : _file.OpenWrite();
        _text.Append(header);
        Flush();
        _stream.Flush();
    }

    /// <summary>Number of records written.</summary>
    public long Count { get; private set; }

    /// <summary>Appends a record.</summary>
    public void Write(Variant variant)
    {
        VcfText.AppendRecord(_text, variant);
        Count++;
        if (_text.Length > FlushAt) Flush();
    }

    /// <summary>Ends the file, makes the index, and gives both their names.</summary>
    public void Complete()
    {
        Flush();
        _closed = true;
        _stream.Dispose();
        if (_compressed && !_file.IsDevice)
        {
            string extension = _longestContig > LongestForTabix ? ".csi" : ".tbi";
            using var index = new AtomicFile(_path + extension);
            VariantIndex.Build(_file.TemporaryPath, _longestContig > LongestForTabix ? VariantIndex.MaxTabixContig + 1 : 1, index.TemporaryPath);
            _file.Complete();
            index.Complete();
            return;
        }

        _file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _stream.Dispose();
        }

        _file.Dispose();
    }

    private void Flush()
    {
        try
        {
            foreach (ReadOnlyMemory<char> chunk in _text.GetChunks()) _stream.Write(Encoding.UTF8.GetBytes(chunk.ToArray()));
        }
        catch (IOException e)
        {
            throw ShrikeException.InputOutput($"{_path}: writing failed: {e.Message}", e);
        }

        _text.Clear();
    }
}
