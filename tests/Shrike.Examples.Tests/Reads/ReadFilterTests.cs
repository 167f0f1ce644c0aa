using Shrike.Examples.Reads;
using Shrike.Hts;

namespace Shrike.Examples.Tests.Reads;

public sealed class ReadFilterTests
{
    /// <summary>A record has a reason exactly if it is refused, and the reason is one of its own.</summary>
    [Fact]
    public void ReasonsAgreeWithTheFilter()
    {
        using var folder = TestData.Temporary();
        string path = folder["flags.sam"];
        using (var file = new StreamWriter(path))
        {
            file.Write("@SQ\tSN:c\tLN:1000\n@SQ\tSN:d\tLN:1000\n");
            for (int flags = 0; flags < 0x1000; flags++)
            {
                foreach (int mapq in (int[])[4, 60])
                {
                    foreach (string mate in (string[])["*\t0", "=\t20", "d\t20"]) file.Write($"r\t{flags}\tc\t10\t{mapq}\t4M\t{mate}\t0\tACGT\tIIII\n");
                }
            }
        }

        ReadFilter[] filters = [new(), new() { KeepDuplicates = true }, new() { KeepSecondary = true, KeepSupplementary = true }, new() { MinMappingQuality = 61 }, new() { MinMappingQuality = 0 }];
        var seen = new HashSet<ReadRefusal>();
        using AlignmentReader reader = AlignmentReader.Open(path);
        while (reader.Read())
        {
            AlignmentRecord record = reader.Current;
            foreach (ReadFilter filter in filters)
            {
                ReadRefusal refusal = filter.RefusalOf(record);
                seen.Add(refusal);
                Assert.Equal(filter.Accepts(record), refusal == ReadRefusal.None);
                int flag = refusal switch { ReadRefusal.Unmapped => 4, ReadRefusal.QualityCheck => 0x200, ReadRefusal.Duplicate => 0x400, ReadRefusal.Supplementary => 0x800, ReadRefusal.Secondary => 0x100, _ => 0 };
                Assert.Equal(flag, record.Flags & flag);
                if (refusal == ReadRefusal.MappingQuality) Assert.True(record.MappingQuality < filter.MinMappingQuality);
            }
        }

        Assert.Equal(Enum.GetValues<ReadRefusal>().Length, seen.Count);
    }
}
