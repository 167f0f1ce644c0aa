using System.Text;
using Shrike.Examples.Realigning.Alignment;

namespace Shrike.Examples.Tests.Realigning;

public sealed class HaplotypeDifferencesTests
{
    private const string Reference = "GATTCAGACCTTAGGCATCGGATCTTACGCAACTGGATCATTGCCAGTCA";

    /// <summary>Differences put into the reference give the haplotype, whatever it is.</summary>
    [Fact]
    public void DifferencesMakeTheHaplotypeOfTheReference()
    {
        var random = new Random(3);
        var lister = new HaplotypeDifferences(new HaplotypeAlignerOptions());
        int several = 0;
        for (int round = 0; round < 2000; round++)
        {
            var text = new StringBuilder(Reference);
            for (int change = random.Next(4); change > 0; change--)
            {
                int at = random.Next(text.Length - 5);
                switch (random.Next(3))
                {
                    case 0: text[at] = "ACGT"[random.Next(4)]; break;
                    case 1: text.Remove(at, random.Next(1, 5)); break;
                    default: text.Insert(at, "CTGA"[..random.Next(1, 5)]); break;
                }
            }

            string haplotype = text.ToString();
            List<HaplotypeDifference> differences = lister.Of(Encoding.ASCII.GetBytes(haplotype), Encoding.ASCII.GetBytes(Reference), 1000);
            if (differences.Count > 1) several++;
            string made = Reference;
            foreach (HaplotypeDifference d in Enumerable.Reverse(differences))
            {
                Assert.Equal(d.Reference, Reference.Substring(d.Position - 1000, d.Reference.Length));
                made = made[..(d.Position - 1000)] + d.Alternate + made[(d.End - 1000)..];
            }

            Assert.Equal(haplotype, made);
        }

        Assert.True(several > 500);
    }

    [Fact]
    public void TheyAreSpelledAsInAVcf()
    {
        var lister = new HaplotypeDifferences(new HaplotypeAlignerOptions());
        List<HaplotypeDifference> Of(string haplotype) => lister.Of(Encoding.ASCII.GetBytes(haplotype), Encoding.ASCII.GetBytes(Reference), 1000);
        Assert.Empty(Of(Reference));
        Assert.Equal([new HaplotypeDifference(1020, "G", "A")], Of(Reference[..20] + "A" + Reference[21..]));
        Assert.Equal([new HaplotypeDifference(1019, "G", "GTTT")], Of(Reference[..20] + "TTT" + Reference[20..]));
        Assert.Equal([new HaplotypeDifference(1024, "TTAC", "T")], Of(Reference[..25] + Reference[28..]));
    }
}
