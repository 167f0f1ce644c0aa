using System.Globalization;
using System.Numerics;
using System.Text;

namespace Shrike.Calling.Records;

/// <summary>What a call's FILTER column says.</summary>
public enum CallFilter
{
    /// <summary>Nothing: reference blocks.</summary>
    None,

    /// <summary>PASS.</summary>
    Pass,

    /// <summary>The network takes the site for reference.</summary>
    RefCall,

    /// <summary>QUAL is too low.</summary>
    LowQual,

    /// <summary>No read, no call.</summary>
    NoCall,

    /// <summary>Not somatic.</summary>
    Germline,

    /// <summary>In the panel of normals.</summary>
    PanelOfNormals,
}

/// <summary>
/// A variant call or a reference block in the making. Texts point into the bytes the record was read from, so a call
/// lives as long as they do; instances are reused by <see cref="CallPool"/>.
/// </summary>
public sealed class Call
{
    private readonly FieldValues[] _fields = [.. Enumerable.Range(0, CallFieldNames.Count).Select(_ => new FieldValues())];

    // Fields that may not be empty: most are, in most records.
    private uint _touched;

    /// <summary>Ordinal of the contig.</summary>
    public int Contig { get; set; }

    /// <summary>First base, 0-based.</summary>
    public long Start { get; set; }

    /// <summary>Behind the last base.</summary>
    public long End { get; set; }

    /// <summary>REF.</summary>
    public ReadOnlyMemory<byte> Reference { get; set; }

    /// <summary>ALT alleles.</summary>
    public List<ReadOnlyMemory<byte>> Alternates { get; } = [];

    /// <summary>ID column.</summary>
    public List<ReadOnlyMemory<byte>> Names { get; } = [];

    /// <summary>QUAL; -1 for none.</summary>
    public double Quality { get; set; }

    /// <summary>FILTER.</summary>
    public CallFilter Filter { get; set; }

    /// <summary>First allele of the genotype; 0 is REF, -1 no call.</summary>
    public int First { get; set; }

    /// <summary>Second allele of the genotype.</summary>
    public int Second { get; set; }

    /// <summary>The order of the alleles says on which haplotype they lie.</summary>
    public bool IsPhased { get; set; }

    /// <summary>log10 likelihoods of the genotypes, in VCF order.</summary>
    public List<double> Likelihoods { get; } = [];

    /// <summary>Haplotype of each allele, REF first: 0 unknown, 1 or 2; empty if the candidate was not phased.</summary>
    public List<int> AlleleHaplotypes { get; } = [];

    /// <summary>Region that was phased, <c>task-region</c>; empty if none.</summary>
    public ReadOnlyMemory<byte> PhasedRegion { get; set; }

    /// <summary>All ALTs of the candidate before pruning, for debugging; empty if not asked for.</summary>
    public ReadOnlyMemory<byte> Candidates { get; set; }

    /// <summary>The record is here because its site was given.</summary>
    public bool IsForced { get; set; }

    /// <summary>The reads can say something of it, and the network was asked; else it is a no-call. True but for some forced ones.</summary>
    public bool IsAnswerable { get; set; } = true;

    /// <summary>Sample the record was made of.</summary>
    public ReadOnlyMemory<byte> Sample { get; set; }

    /// <summary>Whether the genotype has an ALT.</summary>
    public bool IsVariant => First > 0 || Second > 0;

    /// <summary>Copies of ALTs in the genotype.</summary>
    public int AlternateCopies => (First > 0 ? 1 : 0) + (Second > 0 ? 1 : 0);

    /// <summary>Values of a field.</summary>
    public FieldValues this[CallField field]
    {
        get
        {
            _touched |= 1u << (int)field;
            return _fields[(int)field];
        }
    }

    /// <summary>Whether the field has a value; cheaper than asking for them.</summary>
    public bool Has(CallField field) => (_touched & (1u << (int)field)) != 0 && _fields[(int)field].Values.Count > 0;

    /// <summary>Sets the genotype.</summary>
    public void SetGenotype(int first, int second) => (First, Second) = (first, second);

    /// <summary>Sum of a field's integers.</summary>
    public int SumOfIntegers(CallField field)
    {
        int sum = 0;
        foreach (FieldValue value in this[field].Values) sum += value.Integer;
        return sum;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (Contig, Start, End, Quality, Filter, First, Second, IsPhased) = (0, 0, 0, 0, CallFilter.None, 0, 0, false);
        (IsForced, IsAnswerable) = (false, true);
        Reference = PhasedRegion = Candidates = Sample = default;
        Alternates.Clear();
        Names.Clear();
        Likelihoods.Clear();
        AlleleHaplotypes.Clear();
        for (; _touched != 0; _touched &= _touched - 1) _fields[BitOperations.TrailingZeroCount(_touched)].Clear();
    }

    /// <summary>Place and alleles, for messages.</summary>
    public string Describe(string contig)
    {
        string alternates = string.Join(',', Alternates.Select(a => Encoding.UTF8.GetString(a.Span)));
        return string.Create(CultureInfo.InvariantCulture, $"{contig}:{Start + 1} {Shorten(Encoding.UTF8.GetString(Reference.Span))}>{Shorten(alternates)}");
    }

    private static string Shorten(string alleles)
    {
        const int longest = 60;
        string visible = string.Concat(alleles.Take(longest).Select(c => char.IsControl(c) ? '?' : c));
        return alleles.Length <= longest ? visible : visible + "...";
    }
}

/// <summary>Calls of one stretch, taken one by one and given back all at once.</summary>
public sealed class CallPool
{
    private readonly List<Call> _calls = [];
    private int _used;

    /// <summary>An empty call.</summary>
    public Call Take()
    {
        if (_used == _calls.Count) _calls.Add(new Call());
        Call call = _calls[_used++];
        call.Clear();
        return call;
    }

    /// <summary>All calls are free again.</summary>
    public void Reset() => _used = 0;
}
