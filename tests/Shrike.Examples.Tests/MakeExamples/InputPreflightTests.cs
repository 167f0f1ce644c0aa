using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Hts;

namespace Shrike.Examples.Tests.MakeExamples;

public sealed class InputPreflightTests
{
    private static string Bam(string path, params string[] samples)
    {
        using var writer = new AlignmentWriter(path, "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100\n" + string.Concat(samples.Select((s, i) => $"@RG\tID:{i}\tSM:{s}\n")));
        writer.Complete();
        return path;
    }

    private static (InputPreflight Inputs, List<string> Log) Check(string reference, string[] reads, string name = "")
    {
        List<string> log = [];
        return (InputPreflight.Check(reference, reads, log.Add, name), log);
    }

    private static string Reference(string path)
    {
        File.WriteAllText(path, $">c\n{new string('A', 100)}\n");
        File.WriteAllText(path + ".fai", "c\t100\t3\t100\t101\n");
        return path;
    }

    [Fact]
    public void SeveralNamesAreOneSample()
    {
        using var folder = TestData.Temporary();
        string reference = Reference(folder["r.fa"]);
        string a = Bam(folder["a.bam"], "A", "A"), b = Bam(folder["b.bam"], "B"), both = Bam(folder["both.bam"], "Z", "A"), none = Bam(folder["none.bam"]);
        const string Used = "the reads of all are used, as those of one sample named";
        Assert.Empty(Check(reference, [a]).Log);
        Assert.StartsWith($"{both}: several sample names (A, Z): {Used} Z", Assert.Single(Check(reference, [both]).Log), StringComparison.Ordinal);
        (InputPreflight inputs, List<string> log) = Check(reference, [b, a]);
        Assert.StartsWith($"--reads: several sample names (A, B): {Used} B", Assert.Single(log), StringComparison.Ordinal);
        Assert.Equal("B", inputs.SampleName);
        Assert.Contains("no sample name in its header", Assert.Single(Check(reference, [none]).Log), StringComparison.Ordinal);
        foreach (string[] reads in (string[][])[[none], [both], [a, b]])
        {
            (inputs, log) = Check(reference, reads, "mine");
            Assert.Equal("mine", inputs.SampleName);
            Assert.Empty(log);
        }
    }

    [Fact]
    public void AFileGivenTwiceIsRefused()
    {
        using var folder = TestData.Temporary();
        string reference = Reference(folder["r.fa"]), a = Bam(folder["a.bam"], "A");
        File.CreateSymbolicLink(folder["link.bam"], a);
        Directory.CreateSymbolicLink(folder["here"], folder.Path);
        foreach (string other in (string[])[a, folder["link.bam"], folder["here/a.bam"], folder["here/link.bam"]])
        {
            ShrikeException e = Assert.Throws<ShrikeException>(() => Check(reference, [a, other]));
            Assert.Equal(ExitCode.Usage, e.ExitCode);
            Assert.Equal(other == a ? $"{a}: is given twice in --reads" : $"{other}: is the same file as {a}: give it once in --reads", e.Message);
        }
    }

    [Fact]
    public void ReadsWithoutIndexAreToldWhatTheyLack()
    {
        using var folder = TestData.Temporary();
        string reference = Reference(folder["r.fa"]);
        File.WriteAllText(folder["a.sam"], "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100\n");
        string Message(params string[] reads) => Assert.Throws<ShrikeException>(() => Check(reference, reads)).Message;
        Assert.StartsWith($"{folder["a.sam"]}: is SAM text, which can have no index: samtools sort", Message(folder["a.sam"]), StringComparison.Ordinal);
        File.Delete(Bam(folder["a.bam"]) + ".bai");
        Assert.Equal($"{folder["a.bam"]}: no index beside it: samtools index {folder["a.bam"]}", Message(folder["a.bam"]));
        File.WriteAllText(folder["a.bam"] + ".bai", "no index");
        Assert.Equal($"{folder["a.bam"]}: its index {folder["a.bam"]}.bai cannot be read: make it again: samtools index {folder["a.bam"]}", Message(folder["a.bam"]));
        Assert.Equal("--reads names no file", Message());
    }

    [Fact]
    public void AnIndexOfAnotherReferenceIsFoundBeforeTheWork()
    {
        using var folder = TestData.Temporary();
        string reference = Reference(folder["r.fa"]), a = Bam(folder["a.bam"], "A");
        File.WriteAllText(reference, $">another\n{new string('A', 100)}\n");
        ShrikeException e = Assert.Throws<ShrikeException>(() => Check(reference, [a]));
        Assert.Equal(ExitCode.InvalidData, e.ExitCode);
        Assert.Contains("samtools faidx", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOlderIndexIsNoted()
    {
        using var folder = TestData.Temporary();
        string reference = Reference(folder["r.fa"]), a = Bam(folder["a.bam"], "A");
        string index = Directory.GetFiles(folder.Path, "*.bai").Single();
        Assert.Empty(Check(reference, [a]).Log);
        File.SetLastWriteTimeUtc(index, File.GetLastWriteTimeUtc(a).AddMinutes(-1));
        Assert.Contains("its index is older than the file", Assert.Single(Check(reference, [a]).Log), StringComparison.Ordinal);
    }
}
