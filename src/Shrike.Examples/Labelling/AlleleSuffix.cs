namespace Shrike.Examples.Labelling;

/// <summary>Alleles without what all of them end with, which makes spellings of one change comparable.</summary>
internal static class AlleleSuffix
{
    /// <summary>Alleles without their longest common suffix; each keeps at least one base.</summary>
    public static string[] Trim(IReadOnlyList<string> alleles)
    {
        int shortest = alleles.Min(a => a.Length);
        int common = 0;
        while (common < shortest - 1 && alleles.All(a => a[^(common + 1)] == alleles[0][^(common + 1)])) common++;
        return [.. alleles.Select(a => a[..^common])];
    }

    /// <summary>A pair of reference and ALT without their common suffix.</summary>
    public static (string Reference, string Alternate) Trim(string reference, string alternate) => Trim([reference, alternate]) is var t ? (t[0], t[1]) : default;

    /// <summary>Length of the longest common suffix, which may be a whole allele.</summary>
    public static int Common(string a, string b)
    {
        int n = 0;
        while (n < a.Length && n < b.Length && a[^(n + 1)] == b[^(n + 1)]) n++;
        return n;
    }
}
