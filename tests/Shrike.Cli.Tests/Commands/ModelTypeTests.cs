using Shrike.Cli.Commands;
using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Examples.Phasing;
using Shrike.Examples.Pileup;

namespace Shrike.Cli.Tests.Commands;

/// <summary>What model types set, and what the flags of phasing refuse.</summary>
public sealed class ModelTypeTests
{
    private static readonly int[] Channels = [1, 2, 3, 4, 5, 6, 7];

    private static (StageOneOptions Stage, int Partition) Options(string type, params string[] arguments)
    {
        var f = new FlagSet("run", "tests");
        Flag<int> partition = f.Integer("partition_size", "p", 1000, 1);
        var stage = new StageOneFlags(f);
        Assert.True(f.Parse(arguments, TextWriter.Null));
        ModelType.Find(type).Apply(f);
        int[] channels = type is "WGS" or "WES" or "HYBRID_PACBIO_ILLUMINA" ? Channels : [.. Channels, 9, 10];
        return (stage.Build("r.fa", "a.bam", channels, gvcf: false, null, "s"), partition.Value);
    }

    [Theory]
    [InlineData("PACBIO", 147, 1, 600, 0, 0.12f)]
    [InlineData("ONT_R104", 99, 5, 600, 0, 0.08f)]
    [InlineData("masseq", 199, 1, 0, 1500, 0.12f)]
    public void LongReadsArePhased(string type, int width, int mapq, int reads, int bases, float snps)
    {
        (StageOneOptions stage, int partition) = Options(type);
        Assert.Equal(new PhasingOptions(), stage.Phasing);
        Assert.Null(stage.Realigner);
        Assert.Equal(AltAlignedPileup.DiffChannels, stage.Pileup!.AltAligned);
        Assert.True(stage.Counter.TrackReferenceReads && stage.Pileup!.SortByHaplotypes && !stage.Filter.ParseHaplotype);
        Assert.Equal((25_000, 100, width), (partition, stage.Pileup!.Height, stage.Pileup.Width));
        Assert.Equal((mapq, mapq, reads, bases), (stage.Filter.MinMappingQuality, stage.Pileup.MinMappingQuality, stage.MaxReadsPerPartition, stage.MaxBasesPerPosition));
        Assert.Equal((snps, 0.12f), (stage.Caller.MinFractionSnps, stage.Caller.MinFractionIndels));
    }

    [Theory]
    [InlineData("WGS")]
    [InlineData("WES")]
    [InlineData("HYBRID_PACBIO_ILLUMINA")]
    public void ShortReadsAreNot(string type)
    {
        (StageOneOptions stage, int partition) = Options(type);
        Assert.Null(stage.Phasing);
        Assert.NotNull(stage.Realigner);
        Assert.Equal((1000, 221, 1500, 5, 0.06f), (partition, stage.Pileup!.Width, stage.MaxReadsPerPartition, stage.Filter.MinMappingQuality, stage.Caller.MinFractionIndels));
    }

    [Fact]
    public void TheUsersFlagsWin()
    {
        (StageOneOptions stage, int partition) = Options("PACBIO", "--partition_size=5000", "--nophase_reads", "--vsc_min_fraction_indels=0.2", "--realign_reads");
        Assert.Null(stage.Phasing);
        Assert.True(stage.Filter.ParseHaplotype);
        Assert.NotNull(stage.Realigner);
        Assert.Equal((5000, 0.2f), (partition, stage.Caller.MinFractionIndels));
    }

    [Fact]
    public void FlagsOfPhasingReachStageOne()
    {
        (StageOneOptions stage, _) = Options("PACBIO", "--phase_max_candidates=9", "--output_phase_info", "--reverse_haplotypes", "--hp_tag_for_assembly_polishing=2");
        Assert.Equal(new PhasingOptions { MaxCandidates = 9, OutputPhaseInformation = true, ReverseHaplotypes = true }, stage.Phasing);
        Assert.Equal(2, stage.Pileup!.PolishedHaplotype);
    }

    [Theory]
    [InlineData("--phase_reads", "--phase_reads needs --track_ref_reads")]
    [InlineData("--hp_tag_for_assembly_polishing=1", "needs --sort_by_haplotypes")]
    public void FlagsThatNeedOthersSaySo(string flag, string says) =>
        Assert.Contains(says, Assert.Throws<ShrikeException>(() => Options("WGS", flag)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--model_type=PACBIO", "--model_type PACBIO: no default model of this type ships")]
    [InlineData("--model_type=ILLUMINA", "--model_type ILLUMINA: there are WGS, WES, PACBIO, ONT_R104, HYBRID_PACBIO_ILLUMINA, MASSEQ")]
    [InlineData("--quiet", "--model_type must be given (WGS, WES, PACBIO")]
    public void RunSaysWhatModelItLacks(string flag, string says)
    {
        ShrikeException e = Assert.Throws<ShrikeException>(() => RunCommand.Run([flag, "--ref=r.fa", "--reads=a.bam", "--output_vcf=o.vcf"], new CommandContext(TextWriter.Null, _ => { }, CancellationToken.None)));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--output_local_read_phasing=a.tsv", "needs --phase_reads")]
    [InlineData("--output_phasing_error_stats=a.tsv", "needs --phase_reads")]
    [InlineData("--phase_reads --track_ref_reads --output_local_read_phasing=a.bam", "must end in .tsv")]
    public void TablesThatCannotBeAreRefused(string flags, string says)
    {
        var f = new FlagSet("make-examples", "tests");
        var stage = new StageOneFlags(f);
        var tables = new PhaseTableFlags(f);
        f.Parse(flags.Split(' '), TextWriter.Null);
        StageOneOptions options = stage.Build("r.fa", "a.bam", Channels, gvcf: false, null, "s");
        Assert.Contains(says, Assert.Throws<ShrikeException>(() => tables.Apply(options, 0)).Message, StringComparison.Ordinal);
    }
}
