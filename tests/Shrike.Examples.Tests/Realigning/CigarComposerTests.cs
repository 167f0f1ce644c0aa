using CsCheck;
using Shrike.Core;
using Shrike.Examples.Realigning.Alignment;

namespace Shrike.Examples.Tests.Realigning;

public sealed class CigarComposerTests
{
    [Theory]
    [InlineData("9M2I11M1D24M", "7M1I16M", 2, "7M3I11M1D3M")]
    [InlineData("9M1D10M1D24M", "7M1D18M", 2, "7M2D9M1D9M")]
    [InlineData("9M1D10M1D24M", "7M2I19M", 2, "7M1I11M1D9M")]
    [InlineData("9M3D8M1D24M", "7M2I17M", 2, "7M1D10M1D9M")]
    [InlineData("9M2I11M1D24M", "7M1D21M", 2, "7M1I11M1D9M")]
    [InlineData("9M2I11M1D24M", "7M3D19M", 2, "7M1D10M1D9M")]
    [InlineData("20M1D24M", "18M1I9M", 2, "28M")]
    [InlineData("16M2I29M", "16M2D12M", 2, "28M")]
    [InlineData("5S38M", "18M", 0, "5S13M")]
    public void PublishedExamples(string haplotype, string read, int position, string expected)
    {
        var composer = new CigarComposer();
        uint[] cigar = BatchBuilder.Parse(read);
        Assert.True(composer.TryCompose(cigar, BatchBuilder.Parse(haplotype), position, Cigar.ReadSpan(cigar)));
        Assert.Equal(expected, Cigar.ToText([.. composer.Cigar]));
    }

    [Theory]
    [InlineData("2M3I3M", new[] { 0, 0, 0, -1, -2, -3, -3, -3 })]
    [InlineData("2M2D2M", new[] { 0, 0, 2, 2 })]
    [InlineData("2M3D2M1I2M", new[] { 0, 0, 3, 3, 3, 2, 2 })]
    [InlineData("2M2I1M3D2M", new[] { 0, 0, 0, -1, -2, 1, 1 })]
    [InlineData("2S3M", new[] { -2, -2, -2, -2, -2 })]
    public void PublishedShifts(string haplotype, int[] expected) =>
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => CigarComposer.ShiftAt(BatchBuilder.Parse(haplotype), i)));

    [Fact]
    public void CompositionOfCigarsIsCompositionOfCoordinates()
    {
        // Indels stand between aligned bases; their neighbours may belong to the other CIGAR's indels.
        Gen<uint[]> cigars = Gen.Select(Gen.Int[1, 12], Gen.Select(Gen.Bool, Gen.Int[1, 4], Gen.Int[1, 12]).Array[0, 5]).Select((first, rest) =>
        {
            var cigar = new List<uint> { Cigar.Pack(CigarOp.Match, first) };
            foreach ((bool insertion, int n, int m) in rest)
            {
                cigar.Add(Cigar.Pack(insertion ? CigarOp.Insertion : CigarOp.Deletion, n));
                cigar.Add(Cigar.Pack(CigarOp.Match, m));
            }

            return cigar.ToArray();
        });
        Gen.Select(cigars, cigars, Gen.Int[0, 10]).Sample(
            (haplotype, read, position) =>
            {
                // The haplotype must hold the read: give it a long end.
                haplotype = [.. haplotype, Cigar.Pack(CigarOp.Deletion, 1), Cigar.Pack(CigarOp.Match, 200)];
                int length = Cigar.ReadSpan(read);
                var composer = new CigarComposer();
                Assert.True(composer.TryCompose(read, haplotype, position, length));
                uint[] composed = [.. composer.Cigar];
                Assert.Equal(length, Cigar.ReadSpan(composed));
                Assert.All(composed, e => Assert.True(Cigar.Length(e) > 0));
                int start = position + CigarComposer.ShiftAt(haplotype, position);
                Dictionary<int, int> toHaplotype = Pairs(read, position);
                Dictionary<int, int> toReference = Pairs(haplotype, 0);
                Dictionary<int, int> direct = Pairs(composed, start);
                foreach ((int readBase, int haplotypeBase) in toHaplotype)
                {
                    if (toReference.TryGetValue(haplotypeBase, out int referenceBase)) Assert.Equal(referenceBase, direct[readBase]);
                }
            },
            iter: 20_000);
    }

    /// <summary>Aligned base of the sequence -> aligned base of what it is aligned to.</summary>
    private static Dictionary<int, int> Pairs(uint[] cigar, int start)
    {
        var pairs = new Dictionary<int, int>();
        (int at, int target) = (0, start);
        foreach (uint element in cigar)
        {
            (CigarOp op, int n) = (Cigar.Op(element), Cigar.Length(element));
            if (op == CigarOp.Match)
            {
                for (int i = 0; i < n; i++) pairs[at + i] = target + i;
            }

            if (Cigar.ConsumesRead(op)) at += n;
            if (Cigar.SpansReference(op)) target += n;
        }

        return pairs;
    }
}
