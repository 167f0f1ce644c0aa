using Shrike.Core;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Phasing;

/// <summary>
/// Phasing of one partition: its reads get their haplotypes, its candidates those of their alleles if asked for, and the candidates
/// of the padding are dropped (spec 80, 6.1; spec 20, 6.8). Keeps nothing from partition to partition.
/// </summary>
/// <param name="options">How to phase.</param>
public sealed class PartitionPhaser(PhasingOptions options)
{
    /// <summary>Phases the reads of a partition.</summary>
    /// <param name="candidates">Candidates of the padded partition; those of the partition stay.</param>
    /// <param name="batch">Reads of the partition; receives their haplotypes.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="padded">The interval in which alleles were counted.</param>
    /// <param name="ordinal">Number of the partition among those of the task, from 1.</param>
    /// <exception cref="ShrikeException">Two candidates start at one place (exit 3).</exception>
    public PartitionPhases Phase(List<Candidate> candidates, ReadBatch batch, in Region partition, in Region padded, int ordinal)
    {
        PartitionPhases phases;
        if (options.MaxCandidates != 0 && candidates.Count > options.MaxCandidates)
        {
            if (!options.CountErrors) Forget(batch, padded);
            phases = new PartitionPhases { IsSkipped = true };
        }
        else
        {
            PhasedReads phased = ReadPhaser.Phase(candidates, batch, padded.Start, padded.End);
            phases = Apply(phased, batch, padded);
            if (options.OutputPhaseInformation) PhaseInformation.Add(candidates, batch, phased, options.Task, ordinal);
        }

        (int start, int end) = (partition.Start, partition.End);
        candidates.RemoveAll(c => c.Start < start || c.Start >= end);
        return phases;
    }

    private static void Forget(ReadBatch batch, in Region padded)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (ReadPhaser.TakesPart(batch, i, padded.Start, padded.End)) batch.Haplotype[i] = -1;
        }
    }

    /// <summary>Gives the reads their haplotypes, 0 included.</summary>
    private PartitionPhases Apply(PhasedReads phased, ReadBatch batch, in Region padded)
    {
        var reads = new List<(string Read, int Haplotype)>();
        PhasingErrors errors = default;
        for (int i = 0; i < batch.Count; i++)
        {
            if (!ReadPhaser.TakesPart(batch, i, padded.Start, padded.End)) continue;
            int haplotype = phased.Haplotypes[batch.Key[i]];
            if (options.ReverseHaplotypes && haplotype > 0) haplotype = 3 - haplotype;
            if (options.CountErrors) errors = errors.Add(batch.Haplotype[i], haplotype);
            batch.Haplotype[i] = haplotype;
            if (options.KeepReadPhases) reads.Add((batch.KeyText(i), haplotype));
        }

        return new PartitionPhases { PhasedSites = phased.Sites.Count, Reads = reads, Errors = options.CountErrors ? errors : null };
    }
}
