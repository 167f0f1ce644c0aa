using System.Text;
using Shrike.Core;
using Shrike.Pipeline.Resuming;

namespace Shrike.Pipeline.Tests.Resuming;

public sealed class RecordFileTests
{
    private static readonly (RecordKind Kind, int Number, string Text)[] Written = [(RecordKind.Process, 17, ""), (RecordKind.Fingerprint, 0, "what decides"), (RecordKind.Tile, 0, "first"), (RecordKind.Tile, 250, "the second")];

    private static byte[] Sample(string path)
    {
        using (RecordFile file = RecordFile.Open(path))
        {
            Assert.Empty(file.Records);
            Assert.False(file.IsCut);
            foreach ((RecordKind kind, int number, string text) in Written) file.Append(kind, number, Encoding.UTF8.GetBytes(text));
            file.Flush();
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>The records that are whole.</summary>
    private static List<(RecordKind Kind, int Number, string Text)> Whole(RecordFile file) => [.. file.Records.Select(r => (r, file.Read(r))).Where(r => r.Item2 is not null).Select(r => (r.r.Kind, r.r.Number, Encoding.UTF8.GetString(r.Item2!.Value)))];

    [Fact]
    public void WhereverItIsCutWhatStandsBeforeIsWholeAndMoreCanFollow()
    {
        using var folder = TestData.Temporary();
        byte[] all = Sample(folder["a"]);
        int seen = 0;
        for (int length = 0; length <= all.Length; length++)
        {
            File.WriteAllBytes(folder["b"], all[..length]);
            int whole;
            using (RecordFile file = RecordFile.Open(folder["b"]))
            {
                whole = file.Records.Count;
                Assert.Equal(Written.Take(whole), Whole(file));
                file.Trim();
                Assert.Equal(file.IsCut, new FileInfo(folder["b"]).Length < length);
                file.Append(RecordKind.Tile, 500, "more"u8);
            }

            using RecordFile again = RecordFile.Open(folder["b"]);
            Assert.Equal([.. Written.Take(whole), (RecordKind.Tile, 500, "more")], Whole(again));
            Assert.InRange(whole, seen, seen + 1);
            seen = whole;
        }

        Assert.Equal(Written.Length, seen);
    }

    [Fact]
    public void NoDamagedBytePassesForARecord()
    {
        using var folder = TestData.Temporary();
        byte[] all = Sample(folder["a"]);
        for (int at = 0; at < all.Length; at++)
        {
            byte[] damaged = [.. all];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(folder["b"], damaged);
            using RecordFile file = RecordFile.Open(folder["b"]);
            List<(RecordKind, int, string)> whole = Whole(file);
            Assert.True(whole.Count < Written.Length);
            Assert.Equal(Written.Where(w => whole.Contains(w)), whole);
        }
    }

    [Fact]
    public void ItBelongsToOneAtATime()
    {
        using var folder = TestData.Temporary();
        using (RecordFile file = RecordFile.Open(folder["a"]))
        {
            ShrikeException taken = Assert.Throws<ShrikeException>(() => RecordFile.Open(folder["a"]));
            Assert.Equal(ExitCode.Usage, taken.ExitCode);
            Assert.Contains("another run is at work", taken.Message, StringComparison.Ordinal);
            file.Append(RecordKind.Tile, 1, "gone"u8);
            file.Clear();
        }

        using (RecordFile file = RecordFile.Open(folder["a"]))
        {
            Assert.Empty(file.Records);
            file.Delete();
        }

        Assert.False(File.Exists(folder["a"]));
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => RecordFile.Open(folder["no/a"])).ExitCode);
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => RecordFile.Open(folder.Path)).ExitCode);
    }
}
