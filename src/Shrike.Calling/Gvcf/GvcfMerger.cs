using Shrike.Formats.Messages;

namespace Shrike.Calling.Gvcf;

/// <summary>
/// Merges the stream of calls with the stream of reference blocks: blocks are cut around calls. Both streams are sorted;
/// what can be decided is handed on at once, so memory does not grow.
/// </summary>
public sealed class GvcfMerger
{
    private const double ImpossibleLikelihood = -99;
    private readonly IReadOnlyDictionary<string, int> _contigs;
    private readonly Func<string, long, char> _baseAt;
    private readonly Action<Variant> _write;
    private readonly Queue<Variant> _calls = new();
    private readonly LinkedList<Variant> _blocks = new();
    private (int Contig, long Position) _nextCall;
    private (int Contig, long Position) _nextBlock;

    /// <param name="contigs">Order of contigs.</param>
    /// <param name="baseAt">Reference base at a 0-based position.</param>
    /// <param name="write">Receives the merged records.</param>
    public GvcfMerger(IReadOnlyDictionary<string, int> contigs, Func<string, long, char> baseAt, Action<Variant> write)
    {
        _contigs = contigs;
        _baseAt = baseAt;
        _write = write;
    }

    /// <summary>Adds the next call.</summary>
    public void AddCall(Variant call) => _calls.Enqueue(call);

    /// <summary>Adds the next block.</summary>
    public void AddBlock(Variant block) => _blocks.AddLast(block);

    /// <summary>Declares that no call and no block will come that starts before the given positions; hands on what is decided.</summary>
    public void Advance((int Contig, long Position) nextCall, (int Contig, long Position) nextBlock)
    {
        (_nextCall, _nextBlock) = (nextCall, nextBlock);
        while (Step())
        {
        }
    }

    /// <summary>A call as it stands in a gVCF: with an allele for anything else.</summary>
    public static Variant ToGvcf(Variant call)
    {
        Variant v = call.Clone();
        VariantCall c = v.Calls[0];
        if (c.GenotypeLikelihood.Count > 0)
        {
            double max = c.GenotypeLikelihood.Max();
            for (int i = 0; i < c.GenotypeLikelihood.Count; i++) c.GenotypeLikelihood[i] -= max;
        }

        if (v.AlternateBases.Contains("<*>")) return v;
        v.AlternateBases.Add("<*>");
        for (int i = 0; i < v.AlternateBases.Count + 1; i++) c.GenotypeLikelihood.Add(ImpossibleLikelihood);
        if (InfoMap.Get(c.Info, "AD") is { } depths) depths.Add(new Value { IntValue = 0 });
        else c.Info.Add("AD", new ListValue { Values = { new Value { IntValue = 0 } } });
        if (InfoMap.Get(c.Info, "VAF") is { } fractions) fractions.Add(new Value { NumberValue = 0 });
        return v;
    }

    private bool Step()
    {
        Variant? call = _calls.Count > 0 ? _calls.Peek() : null;
        Variant? block = _blocks.First?.Value;
        if (call is not null && (block is null ? !EndsBehind(call, _nextBlock) : IsBefore(call, block)))
        {
            _write(ToGvcf(_calls.Dequeue()));
            return true;
        }

        if (block is not null && (call is null ? !EndsBehind(block, _nextCall) : IsBefore(block, call)))
        {
            _blocks.RemoveFirst();
            _write(block);
            return true;
        }

        if (call is null || block is null) return false;
        Cut(block, call);
        return true;
    }

    /// <summary>The part left of the call is written, the part right of it waits in its place.</summary>
    private void Cut(Variant block, Variant call)
    {
        _blocks.RemoveFirst();
        if (block.Start < call.Start)
        {
            Variant left = block.Clone();
            left.End = call.Start;
            _write(left);
        }

        if (block.End > call.End)
        {
            Variant right = block.Clone();
            right.Start = call.End;
            right.ReferenceBases = _baseAt(right.ReferenceName, right.Start).ToString();
            _blocks.AddFirst(right);
        }
    }

    private bool IsBefore(Variant a, Variant b)
    {
        int order = _contigs[a.ReferenceName].CompareTo(_contigs[b.ReferenceName]);
        return order < 0 || (order == 0 && a.End <= b.Start);
    }

    private bool EndsBehind(Variant v, (int Contig, long Position) mark)
    {
        int contig = _contigs[v.ReferenceName];
        return contig > mark.Contig || (contig == mark.Contig && v.End > mark.Position);
    }
}
