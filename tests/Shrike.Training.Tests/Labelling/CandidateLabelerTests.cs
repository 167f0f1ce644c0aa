using Shrike.Formats.Messages;
using Shrike.Hts;
using Shrike.Training.Data;
using Shrike.Training.Labelling;

namespace Shrike.Training.Tests.Labelling;

public sealed class CandidateLabelerTests
{
    private const string Bases = "ACGTTTTTGCATCACACACAGGTACCATGCAAAAACGTACGTACGATCGATTTACGGCATCAGCATCAGACTACAGCATCAGC";

    private static Variant Candidate(int start, string reference, string alts)
    {
        var v = new Variant { ReferenceName = "c", Start = start, End = start + reference.Length, ReferenceBases = reference };
        v.AlternateBases.AddRange(alts.Split(','));
        return v;
    }

    [Fact]
    public void CopiesAreCountedWhateverTheSpelling()
    {
        using var folder = TestData.Temporary();
        File.WriteAllText(folder["r.fa"], $">c\n{Bases}\n");
        File.WriteAllText(folder["r.fa.fai"], $"c\t{Bases.Length}\t3\t{Bases.Length}\t{Bases.Length + 1}\n");
        File.WriteAllText(folder["t.vcf"], "##fileformat=VCFv4.2\n##contig=<ID=c>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
            + "c\t3\t.\tGT\tG\t.\tPASS\t.\tGT\t0|1\nc\t23\t.\tT\tC,G\t.\tPASS\t.\tGT\t1|2\n");
        using ReferenceReader reference = ReferenceReader.Open(folder["r.fa"]);
        var labeler = new CandidateLabeler(reference, folder["t.vcf"]);
        Assert.Equal([1], labeler.Label(Candidate(6, "TT", "T"))!);
        Assert.Equal([1, 1, 0], labeler.Label(Candidate(22, "T", "C,G,A"))!);
        Assert.Equal(2, CandidateLabeler.OfSet([1, 1, 0], [0, 1]));
        Assert.Null(labeler.Label(Candidate(30, "A", "C")));
        Assert.Equal([0], labeler.Label(Candidate(70, "A", "C"))!);
    }

    [Fact]
    public void AugmentationKeepsReferenceRowsAndSize()
    {
        const int width = 21;
        var rows = new byte[9 * width * 7];
        new Random(1).NextBytes(rows);
        for (int i = 0; i < rows.Length; i += 7) rows[i] = (byte)(i % 2 == 0 ? 250 : 30);
        var augmentation = new Augmentation(width, Formats.ChannelNames.Parse("BASE_CHANNELS,insert_size"));
        var random = new Random(2);
        for (int round = 0; round < 50; round++)
        {
            var target = new byte[rows.Length];
            int used = augmentation.Apply(rows, target, random);
            Assert.InRange(used, 5, 9);
            Assert.True(rows.AsSpan(1, 6).SequenceEqual(target.AsSpan(1, 6)));
            Assert.Equal(-1, target.AsSpan(used * width * 7).IndexOfAnyExcept((byte)0));
        }
    }

    [Fact]
    public void ImagesRoundTripAndDamageIsNamed()
    {
        using var folder = TestData.Temporary();
        LabelledImage[] images = [new(2, VariantKind.Deletion, [1, 2, 3]), new(0, VariantKind.Snp, [])];
        using (FileStream file = File.Create(folder["x"])) Array.ForEach(images, i => i.Write(file));
        Assert.Equal([(2, VariantKind.Deletion, 3), (0, VariantKind.Snp, 0)], LabelledImage.ReadAll(folder["x"]).Select(i => ((int)i.Label, i.Kind, i.Rows.Length)));
        File.WriteAllText(folder["y"], "something else");
        Assert.Throws<Core.ShrikeException>(() => LabelledImage.ReadAll(folder["y"]).Count());
    }
}
