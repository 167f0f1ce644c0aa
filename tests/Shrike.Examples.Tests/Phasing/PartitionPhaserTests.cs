using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Phasing;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Tests.Phasing;

public sealed class PartitionPhaserTests
{
    private const string Sites = "100 A:1,2,3 C:4,5; 105 C:1,2,4,5; 110 T:1,2,3 G:4,5; 115 REF:4,5 G:1,2,3 UNCALLED:6";
    private static readonly Region Partition = new("c", 104, 111), Padded = new("c", 90, 130);

    private static (PartitionPhases Phases, List<Candidate> Candidates, ReadBatch Batch) Run(PhasingOptions options, string sites = Sites)
    {
        List<Candidate> candidates = PhasingCase.Candidates(sites);
        ReadBatch batch = PhasingCase.Batch(6);
        return (new PartitionPhaser(options).Phase(candidates, batch, Partition, Padded, 7), candidates, batch);
    }

    private static string Haplotypes(ReadBatch batch) => string.Join(',', batch.Haplotype[..batch.Count]);

    private static string Information(Candidate c) => c.Variant.Info.Count == 0
        ? "none"
        : $"{string.Join(',', c.Variant.Info["ALT_PS"].Values.Select(v => v.IntValue))} {c.Variant.Info["PS_CONTIG"].Values[0].StringValue}";

    [Fact]
    public void CandidatesOfThePaddingAreDroppedAndReadsGetHaplotypes()
    {
        (PartitionPhases phases, List<Candidate> candidates, ReadBatch batch) = Run(new PhasingOptions { KeepReadPhases = true });
        Assert.Equal([105, 110], candidates.Select(c => c.Start));
        Assert.Equal("1,1,1,2,2,0", Haplotypes(batch));
        Assert.Equal(("r4/0", 2), phases.Reads[3]);
        Assert.Equal(2, phases.PhasedSites);
        Assert.All(candidates, c => Assert.Equal("none", Information(c)));
    }

    [Fact]
    public void ReversingChangesReadsButNotAlleles()
    {
        var options = new PhasingOptions { OutputPhaseInformation = true, Task = 3 };
        (_, List<Candidate> candidates, ReadBatch batch) = Run(options);
        (_, List<Candidate> reversed, ReadBatch reversedBatch) = Run(options with { ReverseHaplotypes = true });
        Assert.Equal("1,1,1,2,2,0", Haplotypes(batch));
        Assert.Equal("2,2,2,1,1,0", Haplotypes(reversedBatch));
        Assert.Equal(["0,0 3-7", "0,1,2 3-7"], candidates.Select(Information));
        Assert.Equal(candidates.Select(Information), reversed.Select(Information));
    }

    [Theory]
    [InlineData("100 A:1,2,3 C:4,5; 106 REF:4,5 G:1,2,3 UNCALLED:6; 110 T:1,2,3 G:4,5", "2,1 0-7")]
    [InlineData("100 A:1,2,3 C:4,5; 106 REF:4 G:1,2,-3,4 UNCALLED:6; 110 T:1,2,3 G:4,5", "0,1 0-7")]
    [InlineData("100 A:1,2,3 C:4,5; 106 REF:4,5 G:1,2,4 UNCALLED:6; 110 T:1,2,3 G:4,5", "2,0 0-7")]
    public void OtherAllelesFollowTheirReads(string sites, string expected)
    {
        (_, List<Candidate> candidates, _) = Run(new PhasingOptions { OutputPhaseInformation = true }, sites);
        Assert.Equal(expected, Information(candidates[0]));
    }

    [Theory]
    [InlineData(0, "1,1,1,2,2,0")]
    [InlineData(4, "1,1,1,2,2,0")]
    [InlineData(3, "-1,-1,-1,-1,-1,-1")]
    public void TooManyCandidatesAreNotPhased(int most, string expected)
    {
        (PartitionPhases phases, List<Candidate> candidates, ReadBatch batch) = Run(new PhasingOptions { MaxCandidates = most, OutputPhaseInformation = true, KeepReadPhases = true });
        Assert.Equal(expected, Haplotypes(batch));
        Assert.Equal((most == 3, 2), (phases.IsSkipped, candidates.Count));
        Assert.Equal(most == 3 ? 0 : 6, phases.Reads.Count);
        Assert.Equal(most == 3 ? "none" : "0,0 0-7", Information(candidates[0]));
    }

    [Fact]
    public void ErrorsDoNotDependOnTheNames()
    {
        PhasingErrors errors = default;
        foreach ((int tag, int haplotype) in ((int, int)[])[(1, 2), (2, 1), (2, 1), (2, 2), (-1, 1), (0, 2), (1, 0)]) errors = errors.Add(tag, haplotype);
        Assert.Equal((3, 3, 1, 3, 3), (errors.First, errors.Second, errors.Unphased, errors.Different, errors.Errors));
        Assert.Equal((4, 3, 3), (errors.Add(2, 1).First, errors.Add(2, 1).Second, errors.Add(2, 1).Errors));
    }

    [Theory]
    [InlineData(0, 25_000, 0, 30_000)]
    [InlineData(1000, 1001, 1000, 1001)]
    [InlineData(1000, 1009, 999, 1010)]
    [InlineData(99_000, 100_000, 98_800, 100_000)]
    public void PaddingIsAFifthInsideTheContig(int start, int end, int paddedStart, int paddedEnd) =>
        Assert.Equal(new Region("c", paddedStart, paddedEnd), PaddedRegion.Of(new Region("c", start, end), new Contig("c", 100_000, 0)));
}
