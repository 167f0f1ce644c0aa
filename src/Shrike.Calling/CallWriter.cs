using Google.Protobuf;
using Shrike.Calling.Records;
using Shrike.Calling.Streaming;
using Shrike.Calling.Vcf;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling;

/// <summary>
/// Stage 3 fed from memory: predictions and reference blocks in, in genome order; VCF and gVCF out. Only what may still
/// overlap what follows is held.
/// </summary>
public sealed class CallWriter : IDisposable
{
    private readonly ContigTable _contigs;
    private readonly StretchCaller _caller;
    private readonly CallFiles _files;
    private Stretch _pending = new();
    private Stretch _spare = new();
    private byte[] _bytes = new byte[1024];

    /// <param name="options">How predictions become calls.</param>
    /// <param name="reference">The reference; its contigs give order and header. Not disposed here.</param>
    /// <param name="sample">Sample name.</param>
    /// <param name="vcfPath">Calls; .gz is compressed, .bcf is BCF.</param>
    /// <param name="gvcfPath">Calls and reference blocks; null for none.</param>
    /// <param name="withModelId">Declare MID in the headers.</param>
    /// <param name="headerLines">Further header lines.</param>
    public CallWriter(CallingOptions options, ReferenceReader reference, string sample, string vcfPath, string? gvcfPath, bool withModelId, IReadOnlyList<string> headerLines)
    {
        _contigs = ContigTable.Of(reference);
        _caller = new StretchCaller(options, reference, _contigs, sample, withModelId);
        try
        {
            _files = new CallFiles(vcfPath, gvcfPath, HeaderOf(options, reference, sample, withModelId, headerLines), _contigs);
        }
        catch
        {
            _caller.Dispose();
            throw;
        }
    }

    /// <summary>Records written to the VCF.</summary>
    public long Count => _files.Count;

    /// <summary>Those of them that are there only because their site was given.</summary>
    public long ForcedCount => _caller.ForcedCount;

    /// <summary>
    /// Adds predictions and blocks of the next stretch of the genome, each sorted by contig, start and end, behind all that
    /// came before.
    /// </summary>
    /// <param name="predictions">Predictions; those of given sites behind others of the same place.</param>
    /// <param name="blocks">Reference blocks; none crosses <paramref name="reached"/>.</param>
    /// <param name="reached">Nothing that starts before this position will follow.</param>
    public void Add(IEnumerable<CallVariantsOutput> predictions, IEnumerable<Variant> blocks, (int Contig, long Position) reached)
    {
        if (_pending.Count > 0 && _pending.Contig != reached.Contig) Flush(_pending);
        foreach (CallVariantsOutput prediction in predictions)
        {
            Variant v = prediction.Variant;
            _pending.AddPrediction(new RecordKey(reached.Contig, v.Start, v.End), Serialize(prediction), null, 0, ForcedSite.IsMarked(v));
        }

        foreach (Variant block in blocks) _pending.AddBlock(new RecordKey(reached.Contig, block.Start, block.End), Serialize(block), null, 0);
        if (_pending.PredictionEnd <= reached.Position) Flush(_pending);
        else FlushBeforeLastGroup();
    }

    /// <summary>Ends the stream and gives the files their names.</summary>
    public void Complete()
    {
        Flush(_pending);
        _files.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _caller.Dispose();
        _files.Dispose();
    }

    /// <summary>The header of a run.</summary>
    internal static VcfHeaderContent HeaderOf(CallingOptions options, ReferenceReader reference, string sample, bool withModelId, IReadOnlyList<string> extraLines) => new()
    {
        Contigs = reference.Contigs,
        Sample = sample,
        HasModelId = withModelId,
        HasForcedSites = options.HasForcedSites,
        HasCandidates = options.AllCandidates == AllCandidates.Info,
        IsSomatic = options.Somatic,
        HasPanelOfNormals = options.PanelOfNormals is not null,
        ExtraLines = extraLines,
    };

    private ReadOnlySpan<byte> Serialize(IMessage message)
    {
        int size = message.CalculateSize();
        if (_bytes.Length < size) _bytes = new byte[size * 2];
        message.WriteTo(_bytes.AsSpan(0, size));
        return _bytes.AsSpan(0, size);
    }

    private void Flush(Stretch stretch)
    {
        if (stretch.Count > 0)
        {
            CallFiles.Parts parts = _files.Rent();
            _caller.Process(stretch, parts.Vcf, _files.HasGvcf ? parts.Gvcf : null);
            _files.Finish(parts);
            _files.Write(parts);
        }

        stretch.Clear();
    }

    /// <summary>
    /// Predictions reach out of what is known: those that overlap the last wait. A block that crosses their begin is divided
    /// there, where the first of them would divide it anyway.
    /// </summary>
    private void FlushBeforeLastGroup()
    {
        int first = 0;
        long end = 0;
        for (int i = 0; i < _pending.Predictions.Count; i++)
        {
            if (_pending.Predictions[i].Key.Start >= end) first = i;
            end = Math.Max(end, _pending.Predictions[i].Key.End);
        }

        long cut = _pending.Predictions[first].Key.Start;
        (Stretch waiting, Stretch ready) = (_spare, _pending);
        waiting.Clear();
        foreach (StretchRecord p in _pending.Predictions.Skip(first)) waiting.AddPrediction(p.Key, ready.Bytes(p).Span, null, 0, p.IsForced);
        ready.Predictions.RemoveRange(first, ready.Predictions.Count - first);
        int blocks = ready.Blocks.FindIndex(b => b.Key.Start >= cut) is var at && at < 0 ? ready.Blocks.Count : at;
        List<StretchRecord> behind = ready.Blocks[blocks..];
        ready.Blocks.RemoveRange(blocks, ready.Blocks.Count - blocks);
        if (ready.CutLastBlock(cut, out RecordKey rest)) waiting.AddBlock(rest, ready.Bytes(ready.Blocks[^1]).Span, null, 0);
        foreach (StretchRecord b in behind) waiting.AddBlock(b.Key, ready.Bytes(b).Span, null, 0);
        (_pending, _spare) = (waiting, ready);
        Flush(ready);
    }
}
