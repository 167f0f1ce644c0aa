using System.Text.Json;
using Shrike.Core;

namespace Shrike.Simulation;

/// <summary>A sequencing library in a few numbers; the shipped ones stand in Profiles/profiles.json.</summary>
public sealed record LibraryProfile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Bases of a read.</summary>
    public required int ReadLength { get; init; }

    /// <summary>Mean length of a fragment.</summary>
    public required double InsertMean { get; init; }

    /// <summary>Its standard deviation.</summary>
    public required double InsertSd { get; init; }

    /// <summary>Mean quality of the first cycle.</summary>
    public required double QualityFirst { get; init; }

    /// <summary>Mean quality after the first cycles.</summary>
    public required double QualityPlateau { get; init; }

    /// <summary>Mean quality of the last cycle.</summary>
    public required double QualityLast { get; init; }

    /// <summary>Standard deviation of a read's own level.</summary>
    public required double QualityReadSd { get; init; }

    /// <summary>Standard deviation from cycle to cycle.</summary>
    public required double QualityStepSd { get; init; }

    /// <summary>Share of reads that end in bases of quality 2.</summary>
    public required double BadTailRate { get; init; }

    /// <summary>Errors relative to what the qualities promise.</summary>
    public required double ErrorScale { get; init; }

    /// <summary>Strength of PCR stutter.</summary>
    public required double Stutter { get; init; }

    /// <summary>Spread (natural logarithm) of that strength from repeat to repeat.</summary>
    public required double StutterSpread { get; init; }

    /// <summary>Share of reads that lose phase behind a long homopolymer.</summary>
    public required double Dephasing { get; init; }

    /// <summary>Share of fragments sequenced twice.</summary>
    public required double Duplicates { get; init; }

    /// <summary>Share of fragments joined from two places.</summary>
    public required double Chimeras { get; init; }

    /// <summary>Share of fragments shorter than a read, which runs on into the adapter.</summary>
    public required double ShortFragments { get; init; }

    /// <summary>Mean share of fragments of another individual; every block has its own.</summary>
    public required double Contamination { get; init; }

    /// <summary>Standard deviation of the share of the first haplotype, along the genome.</summary>
    public required double BalanceSd { get; init; }

    /// <summary>Copies per base of a stretch that the reference has only once; the benchmark leaves them out.</summary>
    public required double HiddenParalogs { get; init; }

    /// <summary>Places per base where one strand is often misread.</summary>
    public required double StrandArtefacts { get; init; }

    /// <summary>Places per base where some molecules come from elsewhere.</summary>
    public required double ForeignAlleles { get; init; }

    /// <summary>Qualities the instrument writes, ascending; empty for all.</summary>
    public required int[] QualityBins { get; init; }

    /// <summary>The shipped profiles.</summary>
    public static IReadOnlyList<LibraryProfile> All { get; } = Load();

    /// <summary>A shipped profile.</summary>
    /// <exception cref="ShrikeException">There is none of that name.</exception>
    public static LibraryProfile Named(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw ShrikeException.Usage($"there is no library profile {name}; there are {string.Join(", ", All.Select(p => p.Name))}");

    private static LibraryProfile[] Load()
    {
        using Stream stream = typeof(LibraryProfile).Assembly.GetManifestResourceStream("profiles.json")!;
        return JsonSerializer.Deserialize<LibraryProfile[]>(stream, Json)!;
    }
}
