using System.Text;
using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Pileup;
using Shrike.Examples.Realigning;
using Shrike.Formats;
using Shrike.Hts;

namespace Shrike.Conformance;

/// <summary>Images of given sites are those of the importer of candidates, which are compared with reference outputs elsewhere.</summary>
public sealed class ForcedSitesTests
{
    [Fact]
    public void ImagesAreThoseOfTheImporter()
    {
        using var folder = TestData.Temporary();
        string sites = Sites(folder["sites.vcf.gz"]);
        var stage = new StageOneOptions
        {
            Reference = TestData.Hg19Chr20,
            Reads = [TestData.Na12878Bam],
            Realigner = new RealignerOptions(),
            Caller = new CandidateCallerOptions { SampleName = "NA12878" },
            Pileup = new PileupOptions { Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size") },
        };
        ExampleSet imported = Draw(stage with { Import = new SiteImportOptions(sites, SkipUncalled: false) });
        ExampleSet found = Draw(stage);
        ExampleSet both = Draw(stage with { Sites = sites });
        int[] forced = [.. Enumerable.Range(0, both.Count).Where(i => ForcedSite.IsMarked(both.Keys[i].Variant))];
        Assert.Equal(imported.Count, forced.Length);
        int equal = 0;
        for (int i = 0; i < forced.Length; i++)
        {
            Formats.Messages.Variant expected = imported.Keys[i].Variant, actual = both.Keys[forced[i]].Variant;
            Assert.Equal((expected.Start, expected.End, expected.ReferenceBases), (actual.Start, actual.End, actual.ReferenceBases));
            Assert.Equal(expected.AlternateBases, actual.AlternateBases);

            // The importer does not count the reads of an allele that too few show; all else is the same.
            if (!expected.Calls.Equals(actual.Calls)) continue;
            Assert.True(imported.Image(i).SequenceEqual(both.Image(forced[i])), actual.ToString());
            equal++;
        }

        Assert.True(equal > forced.Length * 95 / 100 && equal > 300, $"{equal} of {forced.Length}");

        // And those of the reads do not know of them.
        int[] others = [.. Enumerable.Range(0, both.Count).Except(forced)];
        Assert.Equal(found.Count, others.Length);
        for (int i = 0; i < others.Length; i++)
        {
            Assert.Equal(found.Keys[i].Variant, both.Keys[others[i]].Variant);
            Assert.Equal(found.Keys[i].AltIndices, both.Keys[others[i]].AltIndices);
            Assert.True(found.Image(i).SequenceEqual(both.Image(others[i])));
        }
    }

    /// <summary>Every allele that the candidates of the slice have, spelled in the shortest way, and SNPs that nobody has.</summary>
    private static string Sites(string path)
    {
        using ReferenceReader reference = ReferenceReader.Open(TestData.Hg19Chr20);
        Assert.True(reference.TryGetContig("chr20", out Contig contig));
        var alleles = new HashSet<AlleleSpelling>();
        for (int at = 10_000_100; at < 10_099_900; at += 401)
        {
            string here = Encoding.ASCII.GetString(reference.Fetch("chr20", at, at + 1));
            alleles.Add(new AlleleSpelling(at, here, here == "A" ? "G" : "A"));
        }

        using (VcfReader truth = VcfReader.Open(TestData.PathOf("upstream", "input", "test_nist.b37_chr20_100kbp_at_10mb.vcf.gz")))
        {
            foreach (VcfRecord record in truth.ReadAll()) alleles.UnionWith(record.Alternates.Select(a => new AlleleSpelling(record.Start, record.Reference, a).Normalize(contig, reference)));
        }

        using (var writer = new BgzfWriter(path))
        {
            var text = new StringBuilder("##fileformat=VCFv4.2\n##contig=<ID=chr20,length=63025520>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
            foreach (AlleleSpelling a in alleles.Where(a => a.Position < 10_100_000).OrderBy(a => a.Position).ThenBy(a => a.Reference.Length).ThenBy(a => a.Alternate, StringComparer.Ordinal)) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"chr20\t{a.Position + 1}\t.\t{a.Reference}\t{a.Alternate}\t.\t.\t.\n");
            writer.Write(Encoding.ASCII.GetBytes(text.ToString()));
        }

        VariantIndex.Build(path, contig.Length);
        return path;
    }

    private static ExampleSet Draw(StageOneOptions stage)
    {
        var examples = new ExampleSet(stage.Pileup!.ImageBytes);
        using var processor = new TileProcessor(stage);
        Region[] partitions = [.. Enumerable.Range(0, 100).Select(i => new Region("chr20", 10_000_000 + (i * 1000), 10_001_000 + (i * 1000)))];
        foreach (Tile tile in Tile.Group(partitions, [new Contig("chr20", 63_025_520, 0)], 25_000)) processor.Process(tile, examples);
        return examples;
    }
}
