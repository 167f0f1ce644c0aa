using System.Globalization;
using System.Text;
using Google.Protobuf;
using Shrike.Calling.Records;
using Shrike.Calling.Streaming;
using Shrike.Calling.Vcf;
using Shrike.Formats.Messages;
using Shrike.Hts;

namespace Shrike.Calling;

/// <summary>Stage 3 for a few predictions, watched: the same calls that a run writes, with what happened to each on the way.</summary>
public sealed class CallTracer : ICallObserver
{
    private readonly List<(Call Call, CallTrace Trace, double[] Likelihoods)> _calls = [];

    private CallTracer()
    {
    }

    /// <summary>Calls predictions.</summary>
    /// <param name="options">How predictions become calls.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="sample">Sample name.</param>
    /// <param name="withModelId">MID is written.</param>
    /// <param name="contig">Ordinal of the contig in the reference.</param>
    /// <param name="predictions">Predictions by start and end. Calls near their ends are those of a run only if no candidate that is missing here overlaps them.</param>
    public static IReadOnlyList<CallTrace> Trace(CallingOptions options, ReferenceReader reference, string sample, bool withModelId, int contig, IEnumerable<CallVariantsOutput> predictions)
    {
        var tracer = new CallTracer();
        using var caller = new StretchCaller(options, reference, ContigTable.Of(reference), sample, withModelId, observer: tracer);
        var stretch = new Stretch();
        foreach (CallVariantsOutput p in predictions) stretch.AddPrediction(new RecordKey(contig, p.Variant.Start, p.Variant.End), p.ToByteArray(), null, 0);
        if (stretch.Count > 0) caller.Process(stretch, new VcfPart(), null);
        return [.. tracer._calls.Select(c => c.Trace)];
    }

    void ICallObserver.Genotyped(Call call, ReadOnlySpan<double> probabilities) => _calls.Add((
        call,
        new CallTrace
        {
            Start = call.Start,
            Reference = Text(call.Reference.Span),
            Alternates = [.. call.Alternates.Select(a => Text(a.Span))],
            Probabilities = probabilities.ToArray(),
            OwnGenotype = Genotype(call),
            GenotypeQuality = call[CallField.Gq].Values[0].Integer,
            Quality = call.Quality,
        },
        [.. call.Likelihoods]));

    void ICallObserver.Resolved(IReadOnlyList<Call> group)
    {
        foreach (Call call in group)
        {
            int at = _calls.FindIndex(c => c.Call == call);
            (_, CallTrace trace, double[] before) = _calls[at];
            bool isResolved = Genotype(call) != trace.OwnGenotype || !call.Likelihoods.SequenceEqual(before);
            _calls[at] = (call, trace with { IsResolved = isResolved, Overlapping = [.. group.Where(c => c != call).Select(c => c.Start)] }, before);
        }
    }

    void ICallObserver.Written(Call call, ReadOnlySpan<byte> line)
    {
        int at = _calls.FindIndex(c => c.Call == call);
        string text = Text(line).TrimEnd('\n');
        _calls[at] = _calls[at] with { Trace = _calls[at].Trace with { Line = text, Filter = text.Split('\t')[6], Genotype = Genotype(call), Alleles = (call.First, call.Second) } };
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static string Genotype(Call call)
    {
        static string Allele(int a) => a < 0 ? "." : a.ToString(CultureInfo.InvariantCulture);
        return Allele(call.First) + (call.IsPhased ? '|' : '/') + Allele(call.Second);
    }
}
