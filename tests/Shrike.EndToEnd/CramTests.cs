using System.Diagnostics;
using System.Text;

namespace Shrike.EndToEnd;

/// <summary>CRAM whose slices hold reads of several contigs, which the library decodes with whatever reference it is given.</summary>
public sealed class CramTests
{
    private const int Contigs = 4;
    private const int Length = 600;

    private static void Samtools(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("samtools", arguments) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("samtools is not installed: apt-get install samtools");
        }
    }

    private static string[] Genome(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Contigs).Select(_ => string.Concat(Enumerable.Range(0, Length).Select(_ => "ACGT"[random.Next(4)])))];
    }

    private static void WriteReference(string path, string[] genome)
    {
        File.WriteAllText(path, string.Concat(genome.Select((g, i) => $">c{i}\n{g}\n")));
        Samtools("faidx", path);
    }

    [Fact]
    public void AReferenceOfOtherBasesIsRefused()
    {
        using var folder = TestData.Temporary();
        string[] genome = Genome(1), other = Genome(2);
        WriteReference(folder["a.fa"], genome);
        WriteReference(folder["b.fa"], [genome[0], .. other[1..]]);
        WriteReference(folder["lower.fa"], [.. genome.Select(g => g.ToLowerInvariant())]);
        var sam = new StringBuilder("@HD\tVN:1.6\tSO:coordinate\n").Append(string.Concat(Enumerable.Range(0, Contigs).Select(i => $"@SQ\tSN:c{i}\tLN:{Length}\n"))).Append("@RG\tID:x\tSM:s\n");
        for (int c = 0; c < Contigs; c++)
        {
            for (int at = 0; at + 100 <= Length; at += 10) sam.Append($"r{c}_{at}\t0\tc{c}\t{at + 1}\t60\t100M\t*\t0\t0\t{genome[c].AsSpan(at, 100)}\t{new string('I', 100)}\tRG:Z:x\n");
        }

        File.WriteAllText(folder["r.sam"], sam.ToString());
        Samtools("view", "-C", "-T", folder["a.fa"], "--output-fmt-option", "multi_seq_per_slice=1", "-o", folder["r.cram"], folder["r.sam"]);
        Samtools("view", "-b", "-T", folder["a.fa"], "-o", folder["r.bam"], folder["r.sam"]);
        Samtools("index", folder["r.cram"]);
        Samtools("index", folder["r.bam"]);
        string model = RunTests.RandomModel(folder.Path);
        ShrikeProgram.Result Run(string reference, string reads, params string[] more) =>
            ShrikeProgram.Run(["run", "--customized_model", model, "--ref", folder[reference], "--reads", folder[reads], "--output_vcf", folder["o.vcf"], "--threads", "2", .. more]);

        ShrikeProgram.Result wrong = Run("b.fa", "r.cram");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Matches($"^shrike: error: {folder["r.cram"]}: was written with another reference: the MD5 of c[123] is [0-9a-f]{{32}} in its header and [0-9a-f]{{32}} in {folder["b.fa"]}: give --ref the FASTA", wrong.Error.TrimEnd().Split('\n')[^1]);
        Assert.False(File.Exists(folder["o.vcf"]));
        ShrikeProgram.Result examples = ShrikeProgram.Run("make-examples", "--mode", "calling", "--checkpoint", model, "--ref", folder["b.fa"], "--reads", folder["r.cram"], "--examples", folder["e.tfrecord.gz"]);
        Assert.True(examples.ExitCode == 2 && examples.Error.Contains("was written with another reference", StringComparison.Ordinal), examples.Error);

        // A container may be of the kind for several contigs and hold one.
        var early = Enumerable.Range(0, 30).Select(i => $"r1_{i * 10}\t").ToArray();
        string[] lines = sam.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.WriteAllLines(folder["one.sam"], lines.Where(l => l.StartsWith('@') || early.Any(l.StartsWith)));
        WriteReference(folder["masked.fa"], [.. genome.Select(g => g[..500] + new string('N', Length - 500))]);
        foreach ((string name, string several) in ((string, string)[])[("several.cram", "1"), ("single.cram", "0")])
        {
            Samtools("view", "-C", "-T", folder["a.fa"], "--output-fmt-option", $"multi_seq_per_slice={several}", "-o", folder[name], folder["one.sam"]);
            Samtools("index", folder[name]);
        }

        wrong = Run("masked.fa", "several.cram");
        Assert.True(wrong.ExitCode == 2 && wrong.Error.Contains("the MD5 of c1 is", StringComparison.Ordinal), wrong.Error);
        ShrikeProgram.Result masked = Run("masked.fa", "single.cram");
        Assert.True(masked.ExitCode == 0, masked.Error);
        wrong = Run("b.fa", "single.cram");
        Assert.True(wrong.ExitCode == 3 && wrong.Error.Contains("not the reference it was written with", StringComparison.Ordinal), wrong.Error);

        // What is the same, what is called alone, and what holds its own bases.
        foreach ((string reference, string reads, string[] more) in ((string, string, string[])[])[("a.fa", "r.cram", []), ("lower.fa", "r.cram", []), ("b.fa", "r.cram", ["--regions", "c0"]), ("b.fa", "r.bam", [])])
        {
            ShrikeProgram.Result right = Run(reference, reads, more);
            Assert.True(right.ExitCode == 0, right.Error);
        }
    }
}
