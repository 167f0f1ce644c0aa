using Shrike.Formats.Messages;

namespace Shrike.Formats;

/// <summary>
/// Marks candidates that are there because the user gave their site, not because of the reads. The mark goes with the
/// variant from stage 1 to the INFO column.
/// </summary>
public static class ForcedSite
{
    /// <summary>Key in the variant's INFO, there and in the VCF.</summary>
    public const string Key = "FORCED";

    /// <summary>Marks a variant.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="isAnswerable">Whether the reads can say anything of it; otherwise its record is a no-call.</param>
    public static void Mark(Variant variant, bool isAnswerable) => variant.Info[Key] = new ListValue { Values = { new Value { IntValue = isAnswerable ? 1 : 0 } } };

    /// <summary>Whether a variant is marked.</summary>
    public static bool IsMarked(Variant variant) => variant.Info.ContainsKey(Key);

    /// <summary>Whether the reads can say anything of a marked variant.</summary>
    public static bool IsAnswerable(Variant variant) => variant.Info[Key].Values[0].IntValue != 0;
}
