using System.Text;
using Shrike.Core;
using Shrike.Examples.Alleles;

namespace Shrike.Examples.Tests.Alleles;

public sealed class ReadNormalizerTests
{
    private const string Long = "ATGTTCCTTCCTTCCTTCCTTCCTTCCTTCCACT";

    [Theory]
    [InlineData("ACGTTTTTGCA", 0, "ACGTTTTGCA", "6M1D4M", "3M1D7M", 0, true)]
    [InlineData("AAAACCCC", 2, "GGAACC", "2I4M", "2M4M", -2, false)]
    [InlineData("AAAACCCC", 2, "AACCCC", "2D6M", "6M", 2, false)]
    [InlineData("AGTGGGGGGGGGATGGGGG", 0, "AGTGGGGGGGGGGATGGGG", "7M1I10M1D1M", "3M1I11M1D4M", 0, true)]
    [InlineData("AGTGGGGGGGGGATGGGGG", 0, "AGTGGGGGGGGGGG", "12M2I", "3M2I9M", 0, true)]
    [InlineData("ATAGACAGATAGATAGATCGATAGAT", 5, "CAGATAGA", "4M9D1M3D3M", "2M12D6M", 0, true)]
    [InlineData(Long, 4, "TCCTTCCTTCCTCCTTCCTTCCTTCCTTCCTTCCA", "11M1D4M8I12M", "4M7I24M", 0, true)]
    [InlineData(Long, 8, "TCCTTCCTTCCTTCCTTCCTTCCTTCCACT", "4M4I22M", "30M", -4, true)]
    [InlineData(Long, 8, "GGGTCCTTCCTTCCTTCCTTCCTTCCTTCCACT", "3S4M4I22M", "3S30M", -4, true)]
    public void CigarsBecomeWhatIsPublished(string reference, int position, string bases, string cigar, string expected, int shift, bool modified)
    {
        var normalizer = new ReadNormalizer(Encoding.ASCII.GetBytes(reference), 0);
        int moved = normalizer.Normalize(position, BatchBuilder.Parse(cigar), Encoding.ASCII.GetBytes(bases), out bool changed);
        Assert.Equal((expected, shift, modified), (Cigar.ToText(normalizer.Cigar), moved, changed));
    }
}
