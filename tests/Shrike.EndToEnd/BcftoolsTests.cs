using System.Diagnostics;

namespace Shrike.EndToEnd;

/// <summary>bcftools takes every kind of output: reads it, finds its index, and agrees with the reference about its REFs.</summary>
public sealed class BcftoolsTests
{
    internal static (int Status, string Output, string Error) Bcftools(params string[] arguments)
    {
        var start = new ProcessStartInfo("bcftools", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            const string reason = "bcftools is not installed: apt-get install bcftools";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
            throw;
        }
    }

    [Theory]
    [InlineData("golden.postprocess_single_site_input", ".vcf.gz", "")]
    [InlineData("golden.postprocess_single_site_input", ".bcf", "")]
    [InlineData("golden.postprocess_single_site_input", ".vcf.gz", "--only_keep_pass")]
    [InlineData("golden.postprocess_single_site_input", ".vcf.gz", "--haploid_contigs=chr20")]
    [InlineData("golden.postprocess_single_site_input", ".vcf.gz", "--process_somatic")]
    [InlineData("golden.postprocess_single_site_input", ".vcf.gz", "--debug_output_all_candidates=INFO")]
    [InlineData("golden.postprocess_empty_input", ".vcf.gz", "")]
    [InlineData("golden.postprocess_empty_input", ".bcf", "")]
    [InlineData("golden.vcf_candidate_importer_postprocess_single_site_input", ".vcf.gz", "--nogroup_variants")]
    public void EveryOutputIsAccepted(string input, string extension, string flag)
    {
        using var folder = TestData.Temporary();
        string upstream = TestData.PathOf("upstream");
        string reference = Unpacked(folder);
        bool blocks = input == "golden.postprocess_single_site_input";
        string[] arguments =
        [
            "postprocess-variants", "--ref", TestData.Hg19Chr20, "--infile", Path.Combine(upstream, input + ".tfrecord.gz"), "--outfile", folder["out" + extension],
            .. flag.Length > 0 ? new[] { flag } : [],
            .. blocks ? new[] { "--nonvariant_site_tfrecord_path", Path.Combine(upstream, "golden.postprocess_gvcf_input.tfrecord.gz"), "--gvcf_outfile", folder["out.g" + extension] } : [],
        ];
        ShrikeProgram.Result run = ShrikeProgram.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        foreach (string name in blocks ? new[] { "out", "out.g" } : ["out"])
        {
            string path = folder[name + extension];
            (int status, string text, string error) = Bcftools("view", "-H", path);
            Assert.True(status == 0 && error.Length == 0, error);
            int records = text.Count(c => c == '\n');
            (status, string counts, error) = Bcftools("index", "-s", path);
            Assert.True(status == 0, error);
            Assert.Equal(records, records == 0 ? 0 : int.Parse(counts.Split('\t')[2], System.Globalization.CultureInfo.InvariantCulture));
            (status, _, error) = Bcftools("norm", "-c", "e", "-f", reference, "-o", "/dev/null", path);
            Assert.True(status == 0, error);
        }
    }

    [Fact]
    public void StatisticsAreOfTheSameRecords()
    {
        using var folder = TestData.Temporary();
        string vcf = TestData.PathOf("upstream", "golden.postprocess_single_site_output.vcf");
        ShrikeProgram.Result run = ShrikeProgram.Run("stats", vcf, "--outfile_base", folder["s"]);
        Assert.True(run.ExitCode == 0, run.Error);
        (_, string snps, _) = Bcftools("view", "-H", "-f", "PASS", "-v", "snps", "-m2", "-M2", "-i", "GT=\"alt\"", vcf);
        Assert.Contains($"variant_type\tBiallelic_SNP\t{snps.Count(c => c == '\n')}\n", File.ReadAllText(folder["s.stats.tsv"]), StringComparison.Ordinal);
    }

    /// <summary>The reference as plain text, which bcftools of any version can index.</summary>
    internal static string Unpacked(TestData.TemporaryFolder folder)
    {
        string path = folder["ref.fa"];
        using (var source = new System.IO.Compression.GZipStream(File.OpenRead(TestData.Hg19Chr20), System.IO.Compression.CompressionMode.Decompress))
        using (FileStream target = File.Create(path)) source.CopyTo(target);
        return path;
    }
}
