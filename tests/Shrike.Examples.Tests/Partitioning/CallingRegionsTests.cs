using Shrike.Core;
using Shrike.Examples.Partitioning;

namespace Shrike.Examples.Tests.Partitioning;

public sealed class CallingRegionsTests
{
    private static readonly Contig[] Reference = [new("chr20", 1000, 0), new("chr21", 1000, 1), new("chrUn_JTFH01000001v1_decoy", 100, 2), new("a/b", 10, 3)];

    private static List<string> Remarks(string regions, string exclude = "", params Contig[] common)
    {
        List<string> log = [];
        CallingRegions.Check(Reference, common.Length > 0 ? common : [.. Reference.Where(c => !ExcludedContigs.Contains(c.Name))], regions, exclude, log.Add);
        return log;
    }

    private static string Failure(string regions) => Assert.Throws<ShrikeException>(() => Remarks(regions)).Message;

    [Fact]
    public void RegionsWithoutEffectAreNamed()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["some.bed"], "chr20\t0\t10\n20\t0\t10\n20\t20\t30\n21\t0\t10\n22\t0\t10\nX\t0\t10\n");
        Assert.Empty(Remarks("chr20:1-100 chr21"));
        Assert.Empty(Remarks("a/b:1-5"));
        Assert.Empty(Remarks("chr20:1,000-1,000,"));
        Assert.Equal(["--regions: the reference has no chr22: 1 of 2 regions have no effect"], Remarks("chr20:1-100 chr22"));
        Assert.Equal(["--regions: the reference has no 20, 21, 22, ... (it has chr20): 5 of 6 regions have no effect"], Remarks(folder["some.bed"]));
        Assert.Equal(["--exclude_regions: the reference has no 20 (it has chr20): 1 of 1 regions have no effect"], Remarks("chr20", "20:1-50"));
        Assert.Contains("nothing is called on chrUn_JTFH01000001v1_decoy: decoys", Assert.Single(Remarks("chr20 chrUn_JTFH01000001v1_decoy")), StringComparison.Ordinal);
        Assert.Contains("nothing is called on chrUn_JTFH01000001v1_decoy: decoys", Assert.Single(Remarks("chrUn_JTFH01000001v1_decoy:1-10")), StringComparison.Ordinal);
        Assert.Equal(["--regions: nothing is called on chr21, which not all inputs have"], Remarks("chr20 chr21", "", Reference[0]));
    }

    [Fact]
    public void WhatIsNoRegionIsSaid()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["other.bed"], "20\t0\t10\n");
        Assert.Contains("(the reference has no 20 (it has chr20))", Failure(folder["other.bed"]), StringComparison.Ordinal);
        Assert.Contains("(the reference has no 20 (it has chr20))", Failure("20:1-100"), StringComparison.Ordinal);
        Assert.Contains("(chr20 has 1000 bases)", Failure("chr20:2001-2100"), StringComparison.Ordinal);
        Assert.Equal("targets.txt: a file of regions must be named .bed or .bed.gz", Failure("chr20 targets.txt"));
        Assert.Equal("x/targets: a file of regions must be named .bed or .bed.gz", Failure("x/targets"));
        foreach (string commas in (string[])["chr20,chr21", "20,21", "chr20:1-100,chr21:1-100", "20:1,000-2,000,21:1-100"]) Assert.Equal($"\"{commas}\" is not a region: separate regions by blanks", Failure("chr20 " + commas));
    }

    [Fact]
    public void AFileMayHaveBlanksInItsName()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["my targets.bed"], "chr20\t10\t20\n");
        Assert.Equal([folder["my targets.bed"]], RegionParser.Files(folder["my targets.bed"]));
        Assert.Equal([new Region("chr20", 10, 20)], RegionParser.Read(folder["my targets.bed"], []));
        Assert.Equal(["a.bed", "b.bed"], RegionParser.Files("a.bed chr1 b.bed"));
    }

    [Fact]
    public void APipeOfRegionsIsRefusedAndNotWaitedFor()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("pipes are told from files on Linux only");
        using var folder = TestData.Temporary();
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", folder["p.bed"])) make.WaitForExit();
        using var release = new Timer(_ => new FileStream(folder["p.bed"], FileMode.Open, FileAccess.ReadWrite).Dispose(), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        Assert.Contains("is a pipe", Assert.Throws<ShrikeException>(() => RegionParser.ReadBed(folder["p.bed"]).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LinesOfBrowsersAndCommentsArePassedOver()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["ucsc.bed"], "browser position chr20:1-1000\nbrowser\nTRACK\t0\t5\n#chrom\tstart\tend\ntrack name=\"targets\" description=\"by a vendor\"\nchr20\t10\t20\n#\nchr20\t30\t40\ntrack\tname=more\ntrack\t1\t2\n");
        Assert.Equal([new Region("TRACK", 0, 5), new Region("chr20", 10, 20), new Region("chr20", 30, 40), new Region("track", 1, 2)], RegionParser.ReadBed(folder["ucsc.bed"]));
        File.WriteAllText(folder["empty.bed"], "track name=x\nchr20\t10\t10\n");
        Assert.Contains("line 2: the interval chr20:10-10 has no bases", Assert.Throws<ShrikeException>(() => RegionParser.ReadBed(folder["empty.bed"]).Count()).Message, StringComparison.Ordinal);
    }
}
