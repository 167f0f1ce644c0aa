using Shrike.Cli.Commands;
using Shrike.Core;
using Shrike.Inference.Models;

namespace Shrike.Cli.Tests.Commands;

/// <summary>The three stages never write over what they read.</summary>
public sealed class NamesOfOutputsTests
{
    [Theory]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --outfile r.fa")]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --outfile r.fa.fai")]
    [InlineData("postprocess-variants --ref r.fa --infile s@2.gz --outfile s-00001-of-00002.gz")]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --outfile o.vcf --nonvariant_site_tfrecord_path s@2.gz --gvcf_outfile s-00000-of-00002.gz")]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --small_model_cvo_records s@2.gz --outfile s-00000-of-00002.gz")]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --outfile a.bed --par_regions_bed a.bed")]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --outfile o.vcf --gvcf_outfile o.vcf --nonvariant_site_tfrecord_path s@2.gz")]
    [InlineData("postprocess-variants --ref r.fa --infile p.tfrecord.gz --outfile n.vcf.gz --process_somatic --pon_filtering n.vcf.gz")]
    [InlineData("call-variants --checkpoint m --examples s-00000-of-00001.tfrecord.gz --outfile s.tfrecord.gz")]
    [InlineData("call-variants --examples s@2.gz --outfile s-00001-of-00002.gz --checkpoint m")]
    [InlineData("make-examples --ref r.fa --reads a.bam --channel_list BASE_CHANNELS --examples e.tfrecord.gz --candidates r.fa")]
    [InlineData("make-examples --ref r.fa --reads a.bam --channel_list BASE_CHANNELS --examples e.tfrecord.gz --gvcf a.bam.bai")]
    [InlineData("make-examples --ref r.fa --reads a.bam --channel_list BASE_CHANNELS --examples e.tfrecord.gz --gvcf a.bed --regions a.bed")]
    [InlineData("make-examples --ref r.fa --reads a.bam --channel_list BASE_CHANNELS --examples e.tfrecord@2.gz --gvcf e.tfrecord@2.gz --task 1")]
    [InlineData("make-examples --ref r.fa --reads a.bam --channel_list BASE_CHANNELS --examples p.tfrecord.gz --variant_caller vcf_candidate_importer --proposed_variants p.tfrecord.gz")]
    public void NoOutputIsAnInput(string line)
    {
        using var folder = TestData.Temporary();
        string[] files = ["r.fa", "p.tfrecord.gz", "s-00000-of-00002.gz", "s-00001-of-00002.gz", "s-00000-of-00001.tfrecord.gz", "a.bam", "a.bed", "n.vcf.gz"];
        foreach (string file in files) File.WriteAllText(folder[file], file);
        string[] words = line.Split(' ');
        string[] arguments = [.. words[1..].Select(w => w == "m" ? ModelPackage.DefaultFolder("WGS") : w.StartsWith('-') || !w.Contains('.') ? w : folder[w])];
        var context = new CommandContext(TextWriter.Null, _ => { }, default);
        ShrikeException e = Assert.Throws<ShrikeException>(() =>
        {
            if (words[0] == "make-examples") MakeExamplesCommand.Run(arguments, context);
            else if (words[0] == "call-variants") CallVariantsCommand.Run(arguments, context);
            else PostprocessVariantsCommand.Run(arguments, context);
        });
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains("has the same name as an", e.Message, StringComparison.Ordinal);
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        foreach (string file in files) Assert.Equal(file, File.ReadAllText(folder[file]));
    }
}
