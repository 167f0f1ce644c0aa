using Shrike.Calling.Records;
using Shrike.Calling.Streaming;
using Shrike.Core;

namespace Shrike.Calling.Gvcf;

/// <summary>
/// Merges the calls of a stretch with its reference blocks: blocks are cut around calls. Not safe for several threads.
/// </summary>
internal sealed class GvcfMerger
{
    private readonly ContigTable _contigs;
    private readonly ReferenceWindow _reference;
    private readonly GenomeParts? _parts;
    private readonly ReadOnlyMemory<byte> _sample;
    private readonly Call _block = new();
    private readonly byte[] _base = new byte[1];
    private Stretch _stretch = new();
    private int _next;

    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="reference">Bases for blocks that begin behind a call.</param>
    /// <param name="sample">Sample all blocks must be of.</param>
    /// <param name="parts">Parts of the genome that are kept apart; null for none.</param>
    public GvcfMerger(ContigTable contigs, ReferenceWindow reference, ReadOnlyMemory<byte> sample, GenomeParts? parts)
    {
        _contigs = contigs;
        _reference = reference;
        _sample = sample;
        _parts = parts;
    }

    /// <summary>Merges.</summary>
    /// <param name="stretch">The blocks.</param>
    /// <param name="calls">The calls of the stretch, in output order.</param>
    /// <param name="write">Receives calls and blocks in order; a block is valid during the call only.</param>
    public void Merge(Stretch stretch, List<Call> calls, Action<Call> write)
    {
        _stretch = stretch;
        _next = 0;
        bool has = Advance();
        foreach (Call call in calls)
        {
            while (has && _block.End <= call.Start)
            {
                write(_block);
                has = Advance();
            }

            // The part left of the call is written, the part right of it waits in its place.
            while (has && _block.Start < call.End)
            {
                long end = _block.End;
                if (_block.Start < call.Start)
                {
                    _block.End = call.Start;
                    write(_block);
                }

                if (end <= call.End || !Continue(call.End, end)) has = Advance();
            }

            write(call);
        }

        for (; has; has = Advance()) write(_block);
    }

    /// <summary>Reads the next block.</summary>
    private bool Advance()
    {
        if (_next == _stretch.Blocks.Count) return false;
        StretchRecord record = _stretch.Blocks[_next++];
        _block.Clear();
        try
        {
            VariantDecoder.Decode(_stretch.Bytes(record), _block);
        }
        catch (MalformedRecordException)
        {
            throw ShrikeException.InvalidData($"{record.Where}is not a variant with exactly one call: is this a file of reference records?");
        }

        _block.Contig = record.Key.Contig;
        if (!IsReferenceBlock(_block))
        {
            throw ShrikeException.InvalidData($"{record.Where}{_block.Describe(_contigs.Contigs[_block.Contig].Name)}: is not a reference block: is this the file of --gvcf?");
        }

        if (!_block.Sample.Span.SequenceEqual(_sample.Span))
        {
            string other = System.Text.Encoding.UTF8.GetString(_block.Sample.Span);
            string named = other.Length > 0 ? $"is of sample {other}" : "names no sample";
            throw ShrikeException.InvalidData($"{record.Where}{_block.Describe(_contigs.Contigs[_block.Contig].Name)}: {named}, but the predictions are of {System.Text.Encoding.UTF8.GetString(_sample.Span)}: were runs mixed?");
        }

        if (_block.Has(CallField.Mid)) _block[CallField.Mid].Values.Clear();

        _block.End = record.Key.End;
        return _block.Start == record.Key.Start || Continue(record.Key.Start, record.Key.End) || Advance();
    }

    /// <summary>One base for REF, any allele for ALT, hom-ref or no call with a likelihood for each of three genotypes, and nothing a block has no use for.</summary>
    private static bool IsReferenceBlock(Call block) =>
        block.Reference.Length == 1 && !block.Reference.Span.ContainsAnyExceptInRange((byte)'!', (byte)'~')
        && block.Alternates is [var any] && any.Span.SequenceEqual("<*>"u8)
        && block.Names.Count == 0
        && (block.First, block.Second) is (0, 0) or (-1, -1)
        && double.IsFinite(block.Quality)
        && block.Likelihoods.Count == 3 && block.Likelihoods.TrueForAll(double.IsFinite);

    /// <summary>Goes on with the block behind a call; false if that part belongs to another part of the genome.</summary>
    private bool Continue(long start, long end)
    {
        if (_parts is not null && _parts.Find(new RecordKey(_block.Contig, start, end)) is var part && part != _stretch.Part) return false;
        _block.Start = start;
        _block.End = end;
        _base[0] = _reference.At(_block.Contig, start);
        _block.Reference = _base;
        return true;
    }
}
