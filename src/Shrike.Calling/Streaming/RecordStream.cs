using System.Globalization;
using System.Text;
using Shrike.Calling.Records;
using Shrike.Core;
using Shrike.Formats.TfRecord;

namespace Shrike.Calling.Streaming;

/// <summary>What the records of a file are.</summary>
internal enum RecordKind
{
    /// <summary><c>CallVariantsOutput</c> messages.</summary>
    Predictions,

    /// <summary><c>Variant</c> messages without an ALT of their own.</summary>
    Blocks,
}

/// <summary>Records in order, each with its key.</summary>
internal abstract class RecordStream : IDisposable
{
    /// <summary>The current record's place.</summary>
    public RecordKey Key { get; protected set; }

    /// <summary>The current record; valid until the next.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The file the user knows.</summary>
    public abstract string File { get; }

    /// <summary>The current record's number in that file, from 1.</summary>
    public abstract long Record { get; }

    /// <summary>Moves to the next record; false at the end.</summary>
    public abstract bool Next();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>The records of one file. Out of order, predictions throw <see cref="DisorderException"/>; blocks are an error.</summary>
internal sealed class FileRecords : RecordStream
{
    private readonly TfRecordReader _reader;
    private readonly RecordKind _kind;
    private readonly ContigTable _contigs;
    private readonly bool _anyOrder;

    /// <param name="path">TFRecord file.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="damaged">What a damaged record means.</param>
    /// <param name="anyOrder">Do not watch the order.</param>
    public FileRecords(string path, RecordKind kind, ContigTable contigs, DamagedRecords damaged, bool anyOrder = false)
    {
        File = path;
        _reader = new TfRecordReader(path, damaged);
        _kind = kind;
        _contigs = contigs;
        _anyOrder = anyOrder;
    }

    public override ReadOnlySpan<byte> Bytes => _reader.Current;

    public override string File { get; }

    public override long Record => _reader.Count;

    public override bool Next()
    {
        RecordKey before = Key;
        if (!_reader.Read()) return false;
        Key = ReadKey(before.Contig);
        if (_anyOrder || Record == 1 || Key >= before) return true;
        if (_kind == RecordKind.Predictions) throw new DisorderException(File);
        throw Wrong($"stands behind {Place(before)}: reference records must be sorted by contig and position");
    }

    public override void Dispose() => _reader.Dispose();

    private RecordKey ReadKey(int guess)
    {
        RecordKey key;
        ReadOnlySpan<byte> name;
        try
        {
            ReadOnlySpan<byte> variant = _kind == RecordKind.Predictions ? Prediction.VariantOf(_reader.Current) : _reader.Current;
            key = VariantDecoder.Key(variant, _contigs, guess, out name);
        }
        catch (MalformedRecordException)
        {
            throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{File}: record {Record}: is not a {(_kind == RecordKind.Predictions ? "prediction" : "reference record")}: is this the right file?"));
        }

        if (name.IsEmpty) throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{File}: record {Record}: has no variant: is this a file of {(_kind == RecordKind.Predictions ? "predictions" : "reference records")}?"));
        if (key.Contig < 0)
        {
            throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{File}: record {Record}: contig {Printable(name)} is not in {_contigs.Source}: use the reference the examples were made with"));
        }

        long length = _contigs.Contigs[key.Contig].Length;
        if (key.Start < 0 || key.End <= key.Start) throw Wrong(key, "has no bases");
        return key.End <= length ? key : throw Wrong(key, string.Create(CultureInfo.InvariantCulture, $"ends behind the contig, which has {length} bases: use the reference the examples were made with"));
    }

    private ShrikeException Wrong(string what) => Wrong(Key, what);

    private ShrikeException Wrong(RecordKey key, string what) => ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{File}: record {Record}: {Place(key)} {what}"));

    private string Place(RecordKey key) => string.Create(CultureInfo.InvariantCulture, $"{_contigs.Contigs[key.Contig].Name}:{key.Start + 1}-{key.End}");

    private static string Printable(ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, 80)]);
        return string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}

/// <summary>Predictions of a file are not sorted; they must be before they are merged.</summary>
internal sealed class DisorderException(string file) : Exception
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
