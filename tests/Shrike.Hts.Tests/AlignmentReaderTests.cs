using Shrike.Core;

namespace Shrike.Hts.Tests;

public sealed class AlignmentReaderTests
{
    private static string Cram => TestData.PathOf("upstream", "input", "NA12878_S1.chr20.10_10p1mb.cram");

    /// <summary>Reads overlapping each 1 kb partition: all, and those that pass the default filters.</summary>
    private static readonly (int All, int Kept)[] Expected =
        [(589, 569), (480, 447), (585, 582), (479, 476), (565, 561), (584, 579), (566, 560), (529, 526), (495, 492), (582, 580), (61, 61)];

    private static bool Keep(in AlignmentRecord r) =>
        (r.Flags & 0xF04) == 0 && r.MappingQuality >= 5
        && ((r.Flags & 1) == 0 || (r.Flags & 2) != 0 || (r.Flags & 8) != 0 || r.MateContigIndex < 0 || r.MateContigIndex == r.ContigIndex);

    [Fact]
    public void QueriesFindTheReadsOfEachPartition()
    {
        using var reader = AlignmentReader.Open(TestData.Na12878Bam);
        for (int p = 0; p < Expected.Length; p++)
        {
            int start = 9_999_999 + (p * 1000);
            reader.Query("chr20", start, Math.Min(start + 1000, 10_010_000));
            int all = 0;
            int kept = 0;
            while (reader.Read())
            {
                all++;
                if (Keep(reader.Current)) kept++;
            }

            Assert.Equal(Expected[p], (all, kept));
        }
    }

    [Fact]
    public void CramAndBamHoldTheSameRecords()
    {
        using var bam = AlignmentReader.Open(TestData.Na12878Bam);
        using var cram = AlignmentReader.Open(Cram, TestData.Hg19Chr20);
        bam.Query("chr20", 10_000_000, 10_020_000);
        cram.Query("chr20", 10_000_000, 10_020_000);
        int count = 0;
        var a = new byte[1000];
        var b = new byte[1000];
        while (bam.Read())
        {
            Assert.True(cram.Read());
            AlignmentRecord x = bam.Current;
            AlignmentRecord y = cram.Current;
            Assert.Equal((x.Position, x.Flags, x.MappingQuality, x.TemplateLength), (y.Position, y.Flags, y.MappingQuality, y.TemplateLength));
            Assert.True(x.Name.SequenceEqual(y.Name));
            if ((x.Flags & 4) == 0) Assert.Equal(Cigar.ToText(x.Cigar), Cigar.ToText(y.Cigar)); // CRAM keeps no CIGAR of unmapped records
            Assert.True(x.Qualities.SequenceEqual(y.Qualities));
            SequenceDecoder.Decode(x.PackedBases, a.AsSpan(0, x.Length));
            SequenceDecoder.DecodeScalar(y.PackedBases, b.AsSpan(0, y.Length));
            Assert.True(a.AsSpan(0, x.Length).SequenceEqual(b.AsSpan(0, y.Length)));
            count++;
        }

        Assert.False(cram.Read());
        Assert.True(count > 10_000);
        Assert.Equal(["NA12878"], bam.Header.Samples.Distinct());
    }

    [Fact]
    public void MissingForeignAndCutOffFilesSayWhatIsWrong()
    {
        using var folder = TestData.Temporary();
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => AlignmentReader.Open(folder["none.bam"])).ExitCode);
        File.WriteAllText(folder["text.bam"], "these are not the reads you are looking for\n");
        Assert.Contains("not a BAM", Assert.Throws<ShrikeException>(() => AlignmentReader.Open(folder["text.bam"])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder["empty.bam"], []);
        Assert.Throws<ShrikeException>(() => AlignmentReader.Open(folder["empty.bam"]));

        byte[] whole = File.ReadAllBytes(TestData.Na12878Bam);
        File.WriteAllBytes(folder["noindex.bam"], whole);
        using (var reader = AlignmentReader.Open(folder["noindex.bam"]))
        {
            Assert.Contains("samtools index", Assert.Throws<ShrikeException>(() => reader.Query("chr20", 0, 10)).Message, StringComparison.Ordinal);
        }

        for (int i = 1; i < 40; i++)
        {
            int cut = (int)((long)whole.Length * i / 40);
            File.WriteAllBytes(folder["cut.bam"], whole[..cut]);
            var error = Assert.Throws<ShrikeException>(() =>
            {
                using var reader = AlignmentReader.Open(folder["cut.bam"]);
                while (reader.Read())
                {
                }
            });
            Assert.Equal(ExitCode.InvalidData, error.ExitCode);
        }
    }

    [Fact]
    public void DamagedBytesAreAnErrorAndNeverACrash()
    {
        using var folder = TestData.Temporary();
        byte[] whole = File.ReadAllBytes(TestData.Na12878Bam);
        var random = new Random(5);
        int errors = 0;
        for (int round = 0; round < 30; round++)
        {
            byte[] copy = (byte[])whole.Clone();
            copy[random.Next(100, whole.Length - 100)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(folder["bad.bam"], copy);
            try
            {
                using var reader = AlignmentReader.Open(folder["bad.bam"]);
                while (reader.Read()) _ = reader.Current.Cigar.Length + reader.Current.Name.Length;
            }
            catch (ShrikeException)
            {
                errors++;
            }
        }

        Assert.True(errors >= 25, $"{errors} of 30 damages were noticed");
    }

    [Fact]
    public void DamageFoundThroughAnIndexNamesTheIndexToo()
    {
        using var folder = TestData.Temporary();
        byte[] bad = File.ReadAllBytes(TestData.Na12878Bam);
        Array.Fill<byte>(bad, 0, bad.Length / 2, 100_000);
        File.WriteAllBytes(folder["bad.bam"], bad);
        File.WriteAllBytes(folder["bad.bam.bai"], File.ReadAllBytes(TestData.Na12878Bam + ".bai"));
        foreach (bool isOlder in (bool[])[false, true])
        {
            File.SetLastWriteTimeUtc(folder["bad.bam"], File.GetLastWriteTimeUtc(folder["bad.bam.bai"]).AddMinutes(isOlder ? 1 : -1));
            using var reader = AlignmentReader.Open(folder["bad.bam"]);
            reader.Query("chr20", 0, 60_000_000);
            ShrikeException error = Assert.Throws<ShrikeException>(() =>
            {
                while (reader.Read())
                {
                }
            });
            Assert.Contains($"; or its index{(isOlder ? ", which is older than the file," : "")} does not belong to it: samtools index", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ANamedPipeIsRefusedAndNotWaitedFor()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("pipes are told from files on Linux only");
        using var folder = TestData.Temporary();
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", folder["p"])) make.WaitForExit();
        foreach (Action open in (Action[])[() => AlignmentReader.Open(folder["p"]), () => VcfReader.Open(folder["p"]), () => ReferenceReader.Open(folder["p"])])
        {
            // A reader that waits is let go by somebody who writes nothing, so that a failure is one and no hang.
            using var release = new Timer(_ => new FileStream(folder["p"], FileMode.Open, FileAccess.ReadWrite).Dispose(), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
            ShrikeException e = Assert.Throws<ShrikeException>(open);
            Assert.Equal(ExitCode.InputOutput, e.ExitCode);
            Assert.Contains("is a pipe, in which nothing can be looked up", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AStreamOfTheShellIsNamed()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("/dev/fd is Linux's");
        using FileStream file = File.OpenRead(TestData.Na12878Bam);
        using var reader = AlignmentReader.Open(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/dev/fd/{file.SafeFileHandle.DangerousGetHandle()}"));
        Assert.Contains("is a stream, in which nothing can be looked up", Assert.Throws<ShrikeException>(() => reader.Query("chr20", 0, 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownContigsAreNamed()
    {
        using var reader = AlignmentReader.Open(TestData.Na12878Bam);
        Assert.Contains("20", Assert.Throws<ShrikeException>(() => reader.Query("20", 0, 10)).Message, StringComparison.Ordinal);
    }
}
