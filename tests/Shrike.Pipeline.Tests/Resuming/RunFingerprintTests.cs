using Shrike.Pipeline.Resuming;

namespace Shrike.Pipeline.Tests.Resuming;

public sealed class RunFingerprintTests
{
    private static RunFingerprint Of(params (string Name, string Value)[] entries)
    {
        var fingerprint = new RunFingerprint();
        foreach ((string name, string value) in entries) fingerprint.Add(name, value);
        return fingerprint;
    }

    [Fact]
    public void DifferencesAreNamed()
    {
        RunFingerprint now = Of(("version", "1"), ("--regions", "chr1"), ("--output_gvcf", "given"));
        Assert.Null(now.DifferenceFrom(RunFingerprint.FromBytes(now.ToBytes())!));
        Assert.Equal("--regions was chr2 and is chr1", now.DifferenceFrom(Of(("version", "1"), ("--regions", "chr2"), ("--output_gvcf", "given"))));
        Assert.Equal("--output_gvcf was not given and is given", now.DifferenceFrom(Of(("version", "1"), ("--regions", "chr1"))));
        Assert.Equal("--ref was é\"\n and is not given", now.DifferenceFrom(RunFingerprint.FromBytes(Of(("version", "1"), ("--regions", "chr1"), ("--output_gvcf", "given"), ("--ref", "é\"\n")).ToBytes())!));
        Assert.Equal("version was 0 and is 1; --regions was not given and is chr1", now.DifferenceFrom(Of(("version", "0"))));
        foreach (string text in (string[])["", "[", "{}", "[[\"a\"]]", "[null]", "[[\"a\",null]]", "7"]) Assert.Null(RunFingerprint.FromBytes(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void ChangedFilesAreSeen()
    {
        using var folder = TestData.Temporary();
        string bam = folder["s.bam"];
        File.WriteAllText(bam, "reads");
        File.WriteAllText(folder["s.bai"], "index");
        Directory.CreateDirectory(folder["model"]);
        File.WriteAllText(folder["model/weights"], "one");
        DateTime date = File.GetLastWriteTimeUtc(bam);
        RunFingerprint Now()
        {
            var fingerprint = new RunFingerprint();
            fingerprint.AddFile(bam);
            fingerprint.AddFile(folder["missing"]);
            fingerprint.AddModel("the model", folder["model"]);
            return fingerprint;
        }

        RunFingerprint before = Now();
        Assert.Null(Now().DifferenceFrom(before));
        void Changes(string what, Action change, Action undo)
        {
            change();
            Assert.StartsWith(what + " was ", Now().DifferenceFrom(before)!, StringComparison.Ordinal);
            undo();
            Assert.Null(Now().DifferenceFrom(before));
        }

        Changes(bam, () => File.SetLastWriteTimeUtc(bam, date.AddSeconds(1)), () => File.SetLastWriteTimeUtc(bam, date));
        Changes(bam, () => Write("READS"), () => Write("reads"));
        Changes(bam, () => Write("read"), () => Write("reads"));
        Changes(folder["s.bai"], () => File.WriteAllText(folder["s.bai"], "Index"), () => File.WriteAllText(folder["s.bai"], "index"));
        Changes(folder["s.bam.csi"], () => File.WriteAllText(folder["s.bam.csi"], ""), () => File.Delete(folder["s.bam.csi"]));
        Changes("the model", () => File.WriteAllText(folder["model/weights"], "two"), () => File.WriteAllText(folder["model/weights"], "one"));
        Changes("the model", () => File.WriteAllText(folder["model/more"], ""), () => File.Delete(folder["model/more"]));

        void Write(string text)
        {
            File.WriteAllText(bam, text);
            File.SetLastWriteTimeUtc(bam, date);
        }
    }
}
