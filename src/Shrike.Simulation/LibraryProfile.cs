using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shrike.Core;

namespace Shrike.Simulation;

/// <summary>A sequencing library in a few numbers; the shipped ones stand in Profiles/profiles.json.</summary>
public sealed record LibraryProfile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Highest quality a simulated base has.</summary>
    public const int MostQuality = 41;

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

    /// <summary>Height of the depth's waves along the genome, as a share of their crest, 0 (even depth) to 0.5: at 0.2 the depth is 0.8 ± 0.2 of the crest, so rises and falls by a quarter of its mean.</summary>
    public double DepthWave { get; init; } = 0.2;

    /// <summary>Bases from one crest of these waves to the next.</summary>
    public double DepthWaveLength { get; init; } = 900;

    /// <summary>Copies per base of a stretch that the reference has only once; the benchmark leaves them out.</summary>
    public required double HiddenParalogs { get; init; }

    /// <summary>Places per base where one strand is often misread.</summary>
    public required double StrandArtefacts { get; init; }

    /// <summary>Places per base where some molecules come from elsewhere.</summary>
    public required double ForeignAlleles { get; init; }

    /// <summary>Qualities the instrument writes, ascending; empty for all.</summary>
    public required int[] QualityBins { get; init; }

    /// <summary>What misread bases are read as; empty: any other base.</summary>
    public SubstitutionRule[] Substitutions { get; init; } = [];

    /// <summary>The shipped profiles.</summary>
    public static IReadOnlyList<LibraryProfile> All { get; } = Load();

    /// <summary>A profile by its name.</summary>
    /// <exception cref="ShrikeException">There is none of that name.</exception>
    public static LibraryProfile Named(string name, IReadOnlyList<LibraryProfile>? profiles = null) => (profiles ?? All).FirstOrDefault(p => p.Name == name)
        ?? throw ShrikeException.Usage($"there is no library profile {name}; there are {string.Join(", ", (profiles ?? All).Select(p => p.Name))}");

    /// <summary>Reads a file of profiles.</summary>
    /// <exception cref="ShrikeException">It cannot be read, or is not such a file; the message says why.</exception>
    public static IReadOnlyList<LibraryProfile> Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            LibraryProfile[] profiles = JsonSerializer.Deserialize<LibraryProfile[]>(stream, Json) ?? [];
            foreach (LibraryProfile? p in profiles) (p ?? throw new JsonException("one is null")).Check(path);
            return profiles;
        }
        catch (JsonException e)
        {
            throw ShrikeException.InvalidData($"{path}: is not a list of library profiles: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private void Check(string path)
    {
        string where = $"{path}: profile {Name}";
        Range(ReadLength, 20, 1000, "read_length");
        Range(InsertMean, 20, 100_000, "insert_mean");
        Range(InsertSd, 0, 100_000, "insert_sd");
        foreach ((double value, string name) in (ReadOnlySpan<(double, string)>)[(QualityFirst, "quality_first"), (QualityPlateau, "quality_plateau"), (QualityLast, "quality_last"), (QualityReadSd, "quality_read_sd"), (QualityStepSd, "quality_step_sd")]) Range(value, 0, MostQuality, name);
        foreach ((double value, string name) in (ReadOnlySpan<(double, string)>)[(BadTailRate, "bad_tail_rate"), (Dephasing, "dephasing"), (Duplicates, "duplicates"), (Chimeras, "chimeras"), (ShortFragments, "short_fragments"), (BalanceSd, "balance_sd"), (StrandArtefacts, "strand_artefacts"), (ForeignAlleles, "foreign_alleles")]) Range(value, 0, 1, name);
        Range(Contamination, 0, 0.5, "contamination");
        Range(DepthWave, 0, 0.5, "depth_wave");
        Range(DepthWaveLength, 10, 10_000_000, "depth_wave_length");
        Range(HiddenParalogs, 0, 1, "hidden_paralogs");
        Range(ErrorScale, 0, 100, "error_scale");
        Range(Stutter, 0, 100, "stutter");
        Range(StutterSpread, 0, 5, "stutter_spread");
        if (QualityBins is null || Substitutions is null || Substitutions.Contains(null)) throw ShrikeException.InvalidData($"{where}: quality_bins and substitutions must be lists");
        if (QualityBins.Any(b => b is < 2 or > MostQuality)) throw ShrikeException.InvalidData($"{where}: quality_bins must lie in 2 to {MostQuality}");
        _ = new SubstitutionTable(Substitutions, where);

        void Range(double value, double least, double most, string name)
        {
            if (!(value >= least && value <= most)) throw ShrikeException.InvalidData(string.Create(CultureInfo.InvariantCulture, $"{where}: {name} is {value}; it must lie in {least} to {most}"));
        }
    }

    private static LibraryProfile[] Load()
    {
        using Stream stream = typeof(LibraryProfile).Assembly.GetManifestResourceStream("profiles.json")!;
        return JsonSerializer.Deserialize<LibraryProfile[]>(stream, Json)!;
    }
}
