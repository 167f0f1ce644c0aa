using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Realigning;
using Shrike.Examples.SmallModel;
using Shrike.Training.Data;

namespace Shrike.Training.Tests.Data;

/// <summary>Rows for the small model are labelled as the images of the same candidates are.</summary>
public sealed class LabelledFeaturesTests
{
    [Fact]
    public void FeaturesAndImagesOfTheSameReadsAgreeInKindAndLabel()
    {
        using var folder = TestData.Temporary();
        string truth = TestData.PathOf("upstream", "input", "test_nist.b37_chr20_100kbp_at_10mb.vcf.gz");
        File.WriteAllText(folder["confident.bed"], "chr20\t10000000\t10010000\nchr20\t10062000\t10064000\n");
        var stage = new StageOneOptions { Reference = TestData.Hg19Chr20, Reads = [TestData.Na12878Bam], Realigner = new RealignerOptions() };
        var layout = new FeatureLayout(51, Haplotypes: false);
        long rows = LabelledFeatures.Make(stage, layout, truth, folder["confident.bed"], folder["1.feat"], 1, _ => { });
        Assert.Equal(rows, LabelledFeatures.Make(stage, layout, truth, folder["confident.bed"], folder["2.feat"], 2, _ => { }));
        Assert.Equal(File.ReadAllBytes(folder["1.feat"]), File.ReadAllBytes(folder["2.feat"]));

        long images = LabelledImageMaker.Make(TestData.Hg19Chr20, TestData.Na12878Bam, truth, folder["confident.bed"], folder["x.images"], 1, _ => { });
        Assert.Equal(images, rows);
        Assert.Equal(
            LabelledImage.ReadAll(folder["x.images"]).CountBy(i => (i.Kind, i.Label)).OrderBy(c => c.Key),
            LabelledFeatures.ReadAll(folder["1.feat"], layout.Count).CountBy(f => (f.Kind, f.Label)).OrderBy(c => c.Key));
        Assert.Contains(LabelledFeatures.ReadAll(folder["1.feat"], layout.Count), f => f is { Kind: VariantKind.Deletion, Label: > 0 });

        // What is labelled as two copies is shown by almost all reads.
        Assert.All(LabelledFeatures.ReadAll(folder["1.feat"], layout.Count).Where(r => r is { Label: 2, Kind: VariantKind.Snp }), r => Assert.InRange(r.Values[5], 80, 100));
        File.WriteAllBytes(folder["cut.feat"], File.ReadAllBytes(folder["1.feat"])[..^5]);
        Assert.Equal(ExitCode.InvalidData, Assert.Throws<ShrikeException>(() => LabelledFeatures.ReadAll(folder["cut.feat"], layout.Count).Count()).ExitCode);
        Assert.Contains($"{folder["1.feat"]}: is damaged", Assert.Throws<ShrikeException>(() => LabelledFeatures.ReadAll(folder["1.feat"], 69).Count()).Message, StringComparison.Ordinal);
    }
}
