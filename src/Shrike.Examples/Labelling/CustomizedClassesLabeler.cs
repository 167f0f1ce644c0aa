using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Examples.Labelling;

/// <summary>Labels candidates with a class that an INFO field of the truth names, 0 where no truth has the allele.</summary>
public sealed class CustomizedClassesLabeler : ICandidateLabeler
{
    private readonly RegionSet? _confident;
    private readonly string[] _classes;
    private readonly string _field;

    /// <param name="confident">Where the truth is known; null for everywhere.</param>
    /// <param name="classes">Names of the classes in order; the first stands for the reference.</param>
    /// <param name="field">INFO field of the truth that holds a name.</param>
    public CustomizedClassesLabeler(RegionSet? confident, IReadOnlyList<string> classes, string field)
    {
        _confident = confident;
        _classes = [.. classes];
        _field = field;
    }

    /// <inheritdoc/>
    public IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths, ReferenceWindow reference) => Label(candidates, truths);

    /// <summary>One label a candidate; candidates are simplified in place and keep their genotype.</summary>
    public IReadOnlyList<CandidateLabel> Label(IReadOnlyList<Variant> candidates, IReadOnlyList<TruthVariant> truths)
    {
        var labels = new CandidateLabel[candidates.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            PositionalMatch.Simplify(candidates[i]);
            bool isConfident = _confident?.Contains(candidates[i].ReferenceName, (int)candidates[i].Start) ?? true;
            labels[i] = new ClassLabel(candidates[i], isConfident, PositionalMatch.Find(candidates[i], truths, isConfident), this);
        }

        return labels;
    }

    private int NumberOf(TruthVariant truth, string contig)
    {
        string where = $"truth {contig}:{truth.Start + 1}";
        if (truth.ClassText is not { } name) throw ShrikeException.InvalidData($"{where}: has no INFO field {_field}, which --customized_classes_labeler_info_field_name asks for");
        int number = Array.IndexOf(_classes, name);
        return number >= 0 ? number : throw ShrikeException.InvalidData($"{where}: the class {name} of its INFO field {_field} is not in --customized_classes_labeler_classes_list {string.Join(',', _classes)}");
    }

    private sealed record ClassLabel(Variant Variant, bool IsConfident, TruthVariant? Truth, CustomizedClassesLabeler Labeler) : CandidateLabel(Variant, IsConfident)
    {
        public override int ClassOf(IReadOnlyList<int> alternates)
        {
            if (Truth is null || Truth.Genotype.All(a => a == 0) || Truth.Reference != Variant.ReferenceBases) return 0;
            int number = Labeler.NumberOf(Truth, Variant.ReferenceName);
            return Truth.Alternates.Count > 0 && alternates.Any(a => Variant.AlternateBases[a] == Truth.Alternates[0]) ? number : 0;
        }
    }
}
