using System.Collections.Concurrent;
using System.Globalization;
using Shrike.Calling.Records;
using Shrike.Core;

namespace Shrike.Calling.Streaming;

/// <summary>
/// Cuts merged predictions and reference blocks into stretches that can be called one by one: in front of a record that
/// no earlier candidate reaches. A block that crosses the cut is divided there, where the candidate behind the cut would
/// divide it anyway.
/// </summary>
internal sealed class StretchReader
{
    private readonly RecordMerge _predictions;
    private readonly RecordMerge _blocks;
    private readonly ContigTable _contigs;
    private readonly GenomeParts? _parts;
    private readonly int _atLeast;
    private readonly ConcurrentBag<Stretch> _free = [];
    private RecordKey _lastBlock = new(-1, 0, 0);

    /// <param name="predictions">Predictions.</param>
    /// <param name="blocks">Reference blocks.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="parts">Parts of the genome to keep apart; null for none.</param>
    /// <param name="atLeast">Records of a stretch, unless contig or part end before.</param>
    public StretchReader(RecordMerge predictions, RecordMerge blocks, ContigTable contigs, GenomeParts? parts, int atLeast)
    {
        _predictions = predictions;
        _blocks = blocks;
        _contigs = contigs;
        _parts = parts;
        _atLeast = atLeast;
    }

    /// <summary>A stretch is no longer needed; safe for several threads.</summary>
    public void Return(Stretch stretch)
    {
        stretch.Clear();
        _free.Add(stretch);
    }

    /// <summary>All stretches in order; made as they are asked for.</summary>
    public IEnumerable<Stretch> Read()
    {
        Stretch stretch = Rent();
        while (true)
        {
            RecordStream? prediction = Skip(_predictions);
            RecordStream? block = Skip(_blocks);
            bool isPrediction = prediction is not null && (block is null || (prediction.Key.Contig, prediction.Key.Start).CompareTo((block.Key.Contig, block.Key.Start)) <= 0);
            RecordStream? next = isPrediction ? prediction : block;
            if (next is null) break;
            int part = _parts?.Find(next.Key) ?? 0;
            if (stretch.Count > 0 && IsCut(stretch, next.Key, part))
            {
                Stretch following = Rent();
                if (isPrediction && part == stretch.Part && next.Key.Contig == stretch.Contig) DivideBlock(stretch, following, next.Key.Start);
                yield return stretch;
                stretch = following;
            }

            stretch.Part = part;
            if (isPrediction)
            {
                stretch.AddPrediction(next.Key, next.Bytes, next.File, next.Record);
                _predictions.Next();
            }
            else
            {
                RequireDisjoint(next);
                stretch.AddBlock(next.Key, next.Bytes, next.File, next.Record);
                _blocks.Next();
            }
        }

        if (stretch.Count > 0) yield return stretch;
    }

    private Stretch Rent() => _free.TryTake(out Stretch? stretch) ? stretch : new Stretch();

    /// <summary>Records outside of all parts are left out.</summary>
    private RecordStream? Skip(RecordMerge merge)
    {
        while (_parts is not null && merge.Head is { } head && _parts.Find(head.Key) < 0) merge.Next();
        return merge.Head;
    }

    private bool IsCut(Stretch stretch, RecordKey next, int part) =>
        part != stretch.Part || next.Contig != stretch.Contig || (stretch.Count >= _atLeast && next.Start >= stretch.PredictionEnd);

    private static void DivideBlock(Stretch stretch, Stretch following, long position)
    {
        if (!stretch.CutLastBlock(position, out RecordKey rest)) return;
        StretchRecord whole = stretch.Blocks[^1];
        following.AddBlock(rest, stretch.Bytes(whole).Span, whole.File, whole.Record);
        following.Part = stretch.Part;
    }

    private void RequireDisjoint(RecordStream block)
    {
        if (block.Key.Contig == _lastBlock.Contig && block.Key.Start < _lastBlock.End)
        {
            string contig = _contigs.Contigs[block.Key.Contig].Name;
            throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{block.File}: record {block.Record}: {contig}:{block.Key.Start + 1}-{block.Key.End} overlaps {contig}:{_lastBlock.Start + 1}-{_lastBlock.End}: were reference records of two runs mixed?"));
        }

        _lastBlock = block.Key;
    }
}
