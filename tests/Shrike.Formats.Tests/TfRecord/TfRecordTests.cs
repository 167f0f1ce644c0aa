using System.Text;
using CsCheck;
using Shrike.Core;
using Shrike.Formats.TfRecord;

namespace Shrike.Formats.Tests.TfRecord;

public sealed class TfRecordTests
{
    [Fact]
    public void ChecksumsHaveTheirPublishedValues()
    {
        byte[] digits = Encoding.ASCII.GetBytes("123456789");
        Assert.Equal(0xE3069283u, Crc32C.Compute(digits));
        Assert.Equal(0xC78AB0E5u, Crc32C.Mask(Crc32C.Compute(digits)));
    }

    [Fact]
    public void FastChecksumEqualsTheScalarOne() =>
        Gen.Byte.Array[0, 300].Sample(b => Assert.Equal(Crc32C.ComputeScalar(b, 0), Crc32C.Compute(b)));

    [Fact]
    public void FramingIsExact()
    {
        using var folder = TestData.Temporary();
        using (var writer = new TfRecordWriter(folder["x"], gzip: false))
        {
            writer.Write([0x0A, 0x01, 0x00]);
            writer.Complete();
        }

        Assert.Equal(Convert.FromHexString("0300000000000000B099490E0A0100C8F40C52"), File.ReadAllBytes(folder["x"]));
    }

    [Fact]
    public void WhatIsWrittenIsRead() => Gen.Select(Gen.Byte.Array[0, 400].Array[0, 20], Gen.Bool).Sample((records, gzip) =>
    {
        using var folder = TestData.Temporary();
        using (var writer = new TfRecordWriter(folder["x"], gzip))
        {
            foreach (byte[] r in records) writer.Write(r);
            writer.Complete();
        }

        using var reader = new TfRecordReader(folder["x"]);
        foreach (byte[] r in records)
        {
            Assert.True(reader.Read());
            Assert.Equal(r, reader.Current.ToArray());
        }

        Assert.False(reader.Read());
    }, iter: 50);

    [Fact]
    public void EmptyFilesHaveNoRecords()
    {
        using var folder = TestData.Temporary();
        using (var writer = new TfRecordWriter(folder["x"])) writer.Complete();
        Assert.Equal(20, new FileInfo(folder["x"]).Length);
        Assert.False(new TfRecordReader(folder["x"]).Read());
        File.WriteAllBytes(folder["y"], []);
        Assert.False(new TfRecordReader(folder["y"]).Read());
    }

    [Fact]
    public void AnUnfinishedFileNeverAppears()
    {
        using var folder = TestData.Temporary();
        using (var writer = new TfRecordWriter(folder["x"])) writer.Write([1, 2, 3]);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => new TfRecordWriter(folder["no/such/x"])).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EveryCutAndEveryFlippedBitIsNoticedOrHarmless(bool gzip)
    {
        using var folder = TestData.Temporary();
        var records = Enumerable.Range(0, 5).Select(i => Encoding.ASCII.GetBytes($"record {i} of this file")).ToArray();
        using (var writer = new TfRecordWriter(folder["x"], gzip))
        {
            foreach (byte[] r in records) writer.Write(r);
            writer.Complete();
        }

        byte[] whole = File.ReadAllBytes(folder["x"]);
        int unnoticed = 0;
        for (int i = 1; i < whole.Length; i++)
        {
            File.WriteAllBytes(folder["y"], whole[..i]);
            if (!Fails(folder["y"], records)) unnoticed++;
            byte[] flipped = (byte[])whole.Clone();
            flipped[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(folder["y"], flipped);
            _ = Fails(folder["y"], records);
        }

        // A plain file cut between two records is a shorter file; nothing can tell.
        Assert.Equal(gzip ? 0 : records.Length - 1, unnoticed);
    }

    [Fact]
    public void ForeignFilesAreNamed()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["x"], "##fileformat=VCFv4.2\n");
        var error = Assert.Throws<ShrikeException>(() => new TfRecordReader(folder["x"]).Read());
        Assert.Contains("not a TFRecord file", error.Message, StringComparison.Ordinal);
        Assert.False(new TfRecordReader(folder["x"], DamagedRecords.Stop).Read());
    }

    private static bool Fails(string path, byte[][] expected)
    {
        try
        {
            using var reader = new TfRecordReader(path);
            for (int i = 0; reader.Read(); i++) Assert.Equal(expected[i], reader.Current.ToArray());
            return false;
        }
        catch (ShrikeException e)
        {
            Assert.Equal(ExitCode.InvalidData, e.ExitCode);
            return true;
        }
    }
}
