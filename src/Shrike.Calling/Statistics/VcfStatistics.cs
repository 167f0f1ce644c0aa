using System.Globalization;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Calling.Statistics;

/// <summary>The numbers of the original's visual report of a VCF with one sample.</summary>
public sealed class VcfStatistics
{
    private const int VafBins = 50;
    private const double VafStep = 1.0 / VafBins;
    private static readonly string[] MainGenotypes = ["[0, 0]", "[0, 1]", "[1, 1]", "[-1, -1]", "[1, 2]"];
    private readonly Dictionary<string, long> _types = VariantType.All.ToDictionary(t => t, _ => 0L);
    private readonly List<(string Reference, string Alternate)> _changeOrder = [];
    private readonly Dictionary<(string, string), long> _changes = [];
    private readonly List<int> _sizeOrder = [];
    private readonly Dictionary<int, long> _sizes = [];
    private readonly Dictionary<string, long[]> _vafs = MainGenotypes.ToDictionary(g => g, _ => new long[VafBins]);
    private readonly SortedDictionary<double, long> _qualities = [];
    private readonly SortedDictionary<int, long> _genotypeQualities = [];
    private readonly SortedDictionary<int, long> _depths = [];

    private VcfStatistics(string sample) => Sample = sample;

    /// <summary>The sample.</summary>
    public string Sample { get; }

    /// <summary>Number of records.</summary>
    public long Records { get; private set; }

    /// <summary>Purine to purine or pyrimidine to pyrimidine, of SNPs with one ALT.</summary>
    public long Transitions { get; private set; }

    /// <summary>The other SNPs with one ALT.</summary>
    public long Transversions { get; private set; }

    /// <summary>Records by type; every type is there.</summary>
    public IReadOnlyDictionary<string, long> Types => _types;

    /// <summary>Changes of SNPs with one ALT, by first occurrence.</summary>
    public IEnumerable<(string Reference, string Alternate, long Count)> BaseChanges => _changeOrder.Select(c => (c.Reference, c.Alternate, _changes[c]));

    /// <summary>Bases added (or, negative, removed) by insertions and deletions with one ALT, by first occurrence.</summary>
    public IEnumerable<(int Size, long Count)> IndelSizes => _sizeOrder.Select(s => (s, _sizes[s]));

    /// <summary>Histograms of the summed ALT fractions, 50 bins over [0, 1], by genotype.</summary>
    public IReadOnlyDictionary<string, long[]> VafHistograms => _vafs;

    /// <summary>Genotype qualities that occur, ascending.</summary>
    public IReadOnlyDictionary<int, long> GenotypeQualities => _genotypeQualities;

    /// <summary>Depths that occur, ascending.</summary>
    public IReadOnlyDictionary<int, long> Depths => _depths;

    /// <summary>QUAL in bins of one, beginning with the smallest; bins without a record are left out.</summary>
    public IEnumerable<(double Start, double End, long Count)> QualityHistogram => _qualities.Select(b => (b.Key, b.Key + 1, b.Value));

    /// <summary>Reads a VCF or BCF.</summary>
    /// <param name="path">The file; exactly one sample, GT declared.</param>
    /// <param name="most">Most records to read; negative for all.</param>
    /// <exception cref="ShrikeException">Other numbers of samples, or no GT.</exception>
    public static VcfStatistics Read(string path, long most = -1)
    {
        using VcfReader reader = VcfReader.Open(path);
        if (reader.Header.Samples.Count != 1) throw ShrikeException.InvalidData($"{path}: has {reader.Header.Samples.Count} samples, but the statistics are of one: bcftools view -s SAMPLE {path}");
        if (!reader.Header.HasFormat("GT")) throw ShrikeException.InvalidData($"{path}: its header does not declare GT, the genotype");
        var statistics = new VcfStatistics(reader.Header.Samples[0]);
        bool hasVaf = reader.Header.HasFormat("VAF");
        foreach (VcfRecord record in reader.ReadAll())
        {
            if (most >= 0 && statistics.Records >= most) break;
            statistics.Add(record, hasVaf);
        }

        return statistics;
    }

    /// <summary>Bin of a fraction; edges as a histogram of 50 equal bins has them, the last one closed.</summary>
    internal static int VafBin(double fraction)
    {
        if (!(fraction >= 0 && fraction <= 1)) return -1;
        int bin = Math.Min((int)(fraction * VafBins), VafBins - 1);
        if (fraction < bin * VafStep) return bin - 1;
        return bin < VafBins - 1 && fraction >= (bin + 1) * VafStep ? bin + 1 : bin;
    }

    /// <summary>Left edge of a bin, as it is printed.</summary>
    internal static double Edge(int bin) => Math.Round(bin * VafStep, 10);

    /// <summary>Purine to purine or pyrimidine to pyrimidine.</summary>
    internal static bool IsTransition(string reference, string alternate) => (reference + alternate).ToUpperInvariant() is "AG" or "GA" or "CT" or "TC";

    private void Add(VcfRecord record, bool hasVaf)
    {
        Records++;
        string type = VariantType.Of(record);
        _types[type]++;
        string[] alternates = VariantType.Alternates(record);
        if (type == VariantType.Snp) AddChange(record.Reference, alternates[0]);
        if (type is VariantType.Insertion or VariantType.Deletion) AddSize(alternates[0].Length - record.Reference.Length);
        if (record.Quality is { } quality && double.IsFinite(quality))
        {
            // Bins, not values: callers that print many digits would have as many values as records.
            double low = Math.Floor(Math.Round(quality, 4));
            _qualities[low] = _qualities.GetValueOrDefault(low) + 1;
        }

        AddInteger(_genotypeQualities, record.Format(0, "GQ"));
        AddInteger(_depths, record.Format(0, "DP"));
        if (!hasVaf || record.Format(0, "VAF") is not { } text) return;
        string genotype = "[" + string.Join(", ", record.Genotype(0, out _).Order()) + "]";
        if (!_vafs.TryGetValue(genotype, out long[]? histogram)) _vafs[genotype] = histogram = new long[VafBins];
        double sum = text.Split(',').Sum(v => float.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out float fraction) ? fraction : 0.0);
        int bin = VafBin(sum);
        if (bin >= 0) histogram[bin]++;
    }

    private void AddChange(string reference, string alternate)
    {
        if (IsTransition(reference, alternate)) Transitions++;
        else Transversions++;
        if (_changes.TryAdd((reference, alternate), 0)) _changeOrder.Add((reference, alternate));
        _changes[(reference, alternate)]++;
    }

    private void AddSize(int size)
    {
        if (_sizes.TryAdd(size, 0)) _sizeOrder.Add(size);
        _sizes[size]++;
    }

    private static void AddInteger(SortedDictionary<int, long> histogram, string? text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)) histogram[value] = histogram.GetValueOrDefault(value) + 1;
    }
}
