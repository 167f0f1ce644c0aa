using Shrike.Hts;

namespace Shrike.Calling.Statistics;

/// <summary>What kind of variant a record is, as the original's report has it.</summary>
public static class VariantType
{
    /// <summary>Not a variant: no ALT, no ALT in the genotype, or filtered.</summary>
    public const string RefCall = "RefCall";

    /// <summary>One ALT, all alleles of one base.</summary>
    public const string Snp = "Biallelic_SNP";

    /// <summary>One ALT, longer than REF.</summary>
    public const string Insertion = "Biallelic_Insertion";

    /// <summary>One ALT, shorter than REF.</summary>
    public const string Deletion = "Biallelic_Deletion";

    /// <summary>All types, in the order of the report.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Insertion, Deletion, Snp, "Biallelic_MNP", "Multiallelic_Insertion", "Multiallelic_Deletion", "Multiallelic_SNP", "Multiallelic_Complex", RefCall,
    ];

    /// <summary>ALTs that are alleles.</summary>
    public static string[] Alternates(VcfRecord record) => [.. record.Alternates.Where(a => a is not ("<*>" or "<NON_REF>" or "."))];

    /// <summary>Type of a record of one sample.</summary>
    public static string Of(VcfRecord record)
    {
        string[] alternates = Alternates(record);
        bool passes = record.Filters.All(f => f is "PASS" or ".");
        if (alternates.Length == 0 || !passes || !record.Genotype(0, out _).Any(a => a > 0)) return RefCall;
        int length = record.Reference.Length;
        bool single = length == 1 && alternates.All(a => a.Length == 1);
        string kind = alternates.Length == 1 ? "Biallelic_" : "Multiallelic_";
        if (single) return kind + "SNP";
        if (alternates.All(a => a.Length > length)) return kind + "Insertion";
        if (alternates.All(a => a.Length < length)) return kind + "Deletion";
        return kind + (alternates.Length == 1 ? "MNP" : "Complex");
    }
}
