using Shrike.Core;
using Shrike.Examples.Alleles;
using Shrike.Examples.Candidates;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning;

namespace Shrike.Examples.MakeExamples;

/// <summary>
/// Sees what stage 1 does to a partition, step by step. Everything handed over is borrowed and may not be changed.
/// </summary>
public interface IPartitionObserver : IRealignerObserver
{
    /// <summary>The reads were chosen; they are still aligned as in their files.</summary>
    void Chosen(in Region partition, ReadBatch batch, ReferenceWindow reference);

    /// <summary>Alleles were counted on the realigned reads, and candidates chosen; nothing is deselected yet.</summary>
    void Called(in Region partition, AlleleCounter counter, ReadBatch batch, IReadOnlyList<Candidate> candidates);

    /// <summary>The small model has decided; images are drawn next.</summary>
    void Drawing(IReadOnlyList<Candidate> candidates, ReadBatch batch, ReferenceWindow reference);
}
