using Shrike.Core;
using Shrike.Formats.Messages;

namespace Shrike.Formats;

/// <summary>Channel names of the command line and their numbers in example_info.json.</summary>
public static class ChannelNames
{
    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["read_base"] = 1,
        ["base_quality"] = 2,
        ["mapping_quality"] = 3,
        ["strand"] = 4,
        ["read_supports_variant"] = 5,
        ["base_differs_from_ref"] = 6,
        ["haplotype"] = 7,
        ["allele_frequency"] = 8,
        ["diff_channels_alternate_allele_1"] = 9,
        ["diff_channels_alternate_allele_2"] = 10,
        ["read_mapping_percent"] = 11,
        ["avg_base_quality"] = 12,
        ["identity"] = 13,
        ["gap_compressed_identity"] = 14,
        ["gc_content"] = 15,
        ["is_homopolymer"] = 16,
        ["homopolymer_weighted"] = 17,
        ["blank"] = 18,
        ["insert_size"] = 19,
        ["base_channels_alternate_allele_1"] = 20,
        ["base_channels_alternate_allele_2"] = 21,
        ["mean_coverage"] = 22,
        ["base_methylation"] = 23,
        ["base_6ma"] = 24,
    };

    private static readonly Dictionary<int, string> Names = Numbers.ToDictionary(n => n.Value, n => n.Key);

    /// <summary>Numbers of a <c>--channel_list</c>: names separated by commas or blanks; BASE_CHANNELS is the first six.</summary>
    /// <exception cref="ShrikeException">An unknown or empty name.</exception>
    public static int[] Parse(string list) => list
        .Replace("BASE_CHANNELS", "read_base,base_quality,mapping_quality,strand,read_supports_variant,base_differs_from_ref", StringComparison.Ordinal)
        .Split([',', ' '])
        .Where((name, i) => name.Length > 0 || i == 0)
        .Select(name => Numbers.TryGetValue(name, out int number)
            ? number
            : throw ShrikeException.Usage($"--channel_list: \"{name}\" is not a channel; there are {string.Join(", ", Numbers.Keys)}"))
        .ToArray();

    /// <summary>Name of a channel number.</summary>
    /// <exception cref="ShrikeException">No such channel.</exception>
    public static string NameOf(int number) => Names.TryGetValue(number, out string? name)
        ? name
        : throw ShrikeException.InvalidData($"channel {number} does not exist ({nameof(DeepVariantChannelEnum)} ends at 24)");
}
