using Shrike.Examples.MakeExamples;
using Shrike.Examples.Reads;
using Shrike.Hts;

namespace Shrike.Pipeline.Explaining;

/// <summary>Counts the records of the alignment files that overlap a place, by what becomes of them.</summary>
internal static class ReadCensus
{
    /// <summary>Counts.</summary>
    /// <param name="options">Files and filter of stage 1.</param>
    /// <param name="place">The place.</param>
    /// <param name="used">Reads that took part, with mapping quality and strand.</param>
    public static ReadReport Count(StageOneOptions options, Place place, IReadOnlyList<(byte Mapq, bool IsReverse)> used)
    {
        var counts = new SortedDictionary<ReadRefusal, int>();
        foreach (string path in options.Reads)
        {
            using AlignmentReader reader = AlignmentReader.Open(path, options.UseReferenceForCram ? options.Reference : null);
            reader.Query(place.Contig.Name, place.Start, place.End);
            while (reader.Read())
            {
                ReadRefusal refusal = options.Filter.RefusalOf(reader.Current);
                counts[refusal] = counts.GetValueOrDefault(refusal) + 1;
            }
        }

        int accepted = counts.GetValueOrDefault(ReadRefusal.None);
        byte[] qualities = [.. used.Select(r => r.Mapq).Order()];
        return new ReadReport(
            counts.Values.Sum(),
            [.. counts.Where(c => c.Key != ReadRefusal.None).Select(c => new RefusedReads(Words(c.Key, options.Filter), c.Value))],
            Math.Max(0, accepted - used.Count),
            used.Count,
            used.Count(r => !r.IsReverse),
            qualities.Length == 0 ? 0 : qualities[qualities.Length / 2]);
    }

    private static string Words(ReadRefusal refusal, ReadFilter filter) => refusal switch
    {
        ReadRefusal.Unmapped => "unmapped (flag 0x4)",
        ReadRefusal.QualityCheck => "failed the instrument's checks (flag 0x200)",
        ReadRefusal.Duplicate => "duplicate (flag 0x400; --keep_duplicates)",
        ReadRefusal.Supplementary => "supplementary alignment (flag 0x800; --keep_supplementary_alignments)",
        ReadRefusal.Secondary => "secondary alignment (flag 0x100; --keep_secondary_alignments)",
        ReadRefusal.MappingQuality => $"mapping quality below {filter.MinMappingQuality} (--min_mapping_quality)",
        _ => "its mate lies on another contig",
    };
}
