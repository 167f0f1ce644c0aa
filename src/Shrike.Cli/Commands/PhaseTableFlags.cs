using Shrike.Cli.Flags;
using Shrike.Core;
using Shrike.Examples.MakeExamples;

namespace Shrike.Cli.Commands;

/// <summary>The flags of make-examples that ask for tables of what phasing did.</summary>
internal sealed class PhaseTableFlags
{
    private readonly Flag<string> _reads, _errors;

    public PhaseTableFlags(FlagSet f)
    {
        _reads = f.Text("output_local_read_phasing", "with --phase_reads: table of the haplotype of every read in every partition, NAME.tsv, sharded like the examples");
        _errors = f.Text("output_phasing_error_stats", "with --phase_reads: table of differences from the input's HP tags, sharded like the examples");
    }

    /// <summary>Table of reads; empty for none.</summary>
    public string Reads => _reads.Value;

    /// <summary>Table of differences; empty for none.</summary>
    public string Errors => _errors.Value;

    /// <summary>Stage 1 that keeps what the tables need.</summary>
    /// <param name="stage">Stage 1.</param>
    /// <param name="task">Number of the task.</param>
    public StageOneOptions Apply(StageOneOptions stage, int task)
    {
        foreach (Flag<string> table in (Flag<string>[])[_reads, _errors])
        {
            if (table.Value.Length > 0 && stage.Phasing is null) throw ShrikeException.Usage($"--{table.Name} needs --phase_reads");
        }

        if (_reads.Value.Length > 0 && !_reads.Value.EndsWith(".tsv", StringComparison.Ordinal)) throw ShrikeException.Usage($"--output_local_read_phasing {_reads.Value}: only tables can be written: the name must end in .tsv");
        if (stage.Phasing is not { } phasing) return stage;
        return stage with
        {
            Phasing = phasing with { Task = task, KeepReadPhases = _reads.Value.Length > 0, CountErrors = _errors.Value.Length > 0 },
            Filter = stage.Filter with { ParseHaplotype = stage.Filter.ParseHaplotype || _errors.Value.Length > 0 },
        };
    }
}
