using System.Globalization;
using CsCheck;
using Shrike.Formats.Messages;

namespace Shrike.Conformance.Phasing;

/// <summary>Long reads with the flags of their presets: haplotypes of reads and alleles, candidates, gVCF, images.</summary>
public sealed class PhasingRunTests
{
    [Theory]
    [InlineData("pacbio", 427, 1)]
    [InlineData("pacbio", 427, 3)]
    [InlineData("ont_flags_on_pacbio", 427, 1)]
    [InlineData("ont_flags_on_pacbio", 427, 3)]
    [InlineData("masseq_flags_on_pacbio", 125, 1)]
    [InlineData("masseq_flags_on_pacbio", 125, 3)]
    [InlineData("pacbio_max_reads_60", 280, 1)]
    [InlineData("pacbio_max_reads_60", 280, 3)]
    public void HaplotypesCandidatesAndReferenceRecordsAreEqual(string name, int reads, int threads)
    {
        using var folder = TestData.Temporary();
        var run = new LongReadRun(name);
        run.Run(folder, "--threads", $"{threads}", "--output_local_read_phasing", folder["phases.tsv"]);
        List<string> expected = run.ReadPhases();
        Assert.Equal(expected, File.ReadAllLines(folder["phases.tsv"]));
        Assert.Equal(reads, expected.Count - 1);
        Compare.Candidates(run.Expected("candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
        Compare.Variants(run.Expected("gvcf.tfrecord.gz"), folder["gvcf.tfrecord.gz"]);
        Compare.Examples(run.Expected("examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void HaplotypesOfAllelesAreEqual(int threads)
    {
        using var folder = TestData.Temporary();
        var run = new LongReadRun("pacbio_phase_info");
        run.Run(folder, "--threads", $"{threads}");
        Compare.Examples(run.Expected("examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Fact]
    public void PublishedOutputIsEqual()
    {
        using var folder = TestData.Temporary();
        new LongReadRun("pacbio_phase_info").Run(folder, "--pileup_image_width", "199", "--threads", "2");
        Compare.Examples(TestData.PathOf("upstream", "golden.pacbio_examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Fact]
    public void WithoutPhasingTheChannelIsEmpty()
    {
        using var folder = TestData.Temporary();
        var run = new LongReadRun("pacbio_no_phasing");
        run.Run(folder);
        Compare.Candidates(run.Expected("candidates.tfrecord.gz"), folder["candidates.tfrecord.gz"]);
        Compare.Examples(run.Expected("examples.tfrecord.gz"), folder["examples.tfrecord.gz"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void PartitionsAreNumberedByTask(int task)
    {
        using var folder = TestData.Temporary();
        var run = new LongReadRun("pacbio_phase_info");
        run.Run(
            folder,
            "--task", $"{task}", "--threads", "3",
            "--examples", folder["e.tfrecord@2.gz"], "--candidates", folder["c.tfrecord@2.gz"], "--gvcf", folder["g.tfrecord@2.gz"], "--output_local_read_phasing", folder["p@2.tsv"]);
        List<DeepVariantCall> candidates = Compare.Read(folder[$"c.tfrecord-0000{task}-of-00002.gz"], DeepVariantCall.Parser);

        // Five partitions of 25 kb, of which every second belongs to the task.
        Assert.NotEmpty(candidates);
        foreach (Variant v in candidates.Select(c => c.Variant))
        {
            long partition = (v.Start - 8_999_999) / 25_000;
            Assert.Equal(task, partition % 2);
            if (v.Info.TryGetValue("PS_CONTIG", out ListValue? block)) Assert.Equal($"{task}-{(partition / 2) + 1}", block.Values[0].StringValue);
        }

        // Which task phases a partition does not change how.
        var whole = new LongReadRun("pacbio").ReadPhases();
        IEnumerable<string> expected = whole.Skip(1)
            .Select(l => l.Split('\t'))
            .Select(l => (Read: l[0], Haplotype: l[1], Partition: int.Parse(l[2], CultureInfo.InvariantCulture) - 1))
            .Where(l => l.Partition % 2 == task)
            .Select(l => $"{l.Read}\t{l.Haplotype}\t{(l.Partition / 2) + 1}");
        Assert.Equal([whole[0], .. expected], File.ReadAllLines(folder[$"p-0000{task}-of-00002.tsv"]));
    }

    [Fact]
    public void ThreadsChangeNothingWhateverThePartitions()
    {
        var run = new LongReadRun("pacbio_phase_info");
        Gen.Select(Gen.Int[900, 30_000], Gen.Int[2, 4], Gen.Int[0, 120]).Sample(
            (size, threads, most) =>
            {
                using TestData.TemporaryFolder one = TestData.Temporary(), many = TestData.Temporary();
                string[] flags = ["--partition_size", $"{size}", "--phase_max_candidates", $"{most}", "--regions", "chr20:9,000,000-9,060,000"];
                run.Run(one, [.. flags, "--output_local_read_phasing", one["p.tsv"]]);
                run.Run(many, [.. flags, "--output_local_read_phasing", many["p.tsv"], "--threads", $"{threads}"]);
                foreach (string name in (string[])["p.tsv", "examples.tfrecord.gz", "candidates.tfrecord.gz", "gvcf.tfrecord.gz"]) Assert.Equal(File.ReadAllBytes(one[name]), File.ReadAllBytes(many[name]));
            },
            iter: 4,
            threads: 1);
    }

    [Fact]
    public void TagsOfTheInputAreComparedAndExchanged()
    {
        using var folder = TestData.Temporary();
        var run = new LongReadRun("pacbio");
        run.Run(folder, "--output_phasing_error_stats", folder["errors.tsv"], "--output_local_read_phasing", folder["phases.tsv"], "--reverse_haplotypes");
        string[] expected =
        [
            "region\tnum_reads_phase_1\tnum_reads_phase_2\tnum_reads_phase_0\tnum_phase_errors",
            "chr20:8999999-9024999\t46\t48\t0\t0",
            "chr20:9024999-9049999\t41\t47\t12\t0",
            "chr20:9049999-9074999\t47\t51\t0\t0",
            "chr20:9074999-9099999\t40\t55\t0\t0",
            "chr20:9099999-9100000\t0\t0\t40\t0",
        ];
        Assert.Equal(expected, File.ReadAllLines(folder["errors.tsv"]));
        IEnumerable<string> reversed = run.ReadPhases().Select(l => l.Split('\t')).Select(l => $"{l[0]}\t{(l[1] == "1" ? "2" : l[1] == "2" ? "1" : l[1])}\t{l[2]}");
        Assert.Equal(reversed, File.ReadAllLines(folder["phases.tsv"]));
    }
}
