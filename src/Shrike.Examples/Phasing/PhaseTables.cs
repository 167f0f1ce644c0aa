using System.Globalization;
using System.Text;
using Shrike.Core;

namespace Shrike.Examples.Phasing;

/// <summary>
/// The tables of phasing: one line a read and partition (for joining partitions later), and one line a partition with the
/// differences from the input's tags (spec 80, 6.6). They appear under their names when whole.
/// </summary>
public sealed class PhaseTables : IDisposable
{
    private readonly AtomicFile? _readsFile;
    private readonly AtomicFile? _errorsFile;
    private readonly StreamWriter? _reads;
    private readonly StreamWriter? _errors;

    /// <param name="reads">Table of reads; empty for none.</param>
    /// <param name="errors">Table of differences; empty for none.</param>
    /// <exception cref="ShrikeException">A file cannot be written (exit 4).</exception>
    public PhaseTables(string reads, string errors)
    {
        try
        {
            (_readsFile, _reads) = Open(reads, "fragment_name\tphase\tregion_order\n");
            (_errorsFile, _errors) = Open(errors, "region\tnum_reads_phase_1\tnum_reads_phase_2\tnum_reads_phase_0\tnum_phase_errors\n");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes the lines of a partition.</summary>
    /// <param name="phases">What phasing left of it; null where it was not on.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="ordinal">Number of the partition among those of the task, from 1.</param>
    public void Write(PartitionPhases? phases, in Region partition, int ordinal)
    {
        if (phases is null || phases.IsSkipped) return;
        if (_reads is not null)
        {
            foreach ((string read, int haplotype) in phases.Reads) _reads.Write(string.Create(CultureInfo.InvariantCulture, $"{read}\t{haplotype}\t{ordinal}\n"));
        }

        if (_errors is not null && phases.Errors is { } e)
        {
            _errors.Write(string.Create(CultureInfo.InvariantCulture, $"{partition.Contig}:{partition.Start}-{partition.End}\t{e.First}\t{e.Second}\t{e.Unphased}\t{e.Errors}\n"));
        }
    }

    /// <summary>Gives the files their names.</summary>
    public void Complete()
    {
        _reads?.Dispose();
        _errors?.Dispose();
        _readsFile?.Complete();
        _errorsFile?.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reads?.Dispose();
        _errors?.Dispose();
        _readsFile?.Dispose();
        _errorsFile?.Dispose();
    }

    private static (AtomicFile? File, StreamWriter? Writer) Open(string path, string header)
    {
        if (path.Length == 0) return (null, null);
        var file = new AtomicFile(path);
        var writer = new StreamWriter(file.OpenWrite(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        writer.Write(header);
        return (file, writer);
    }
}
