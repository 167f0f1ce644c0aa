namespace Shrike.Simulation;

/// <summary>What to simulate.</summary>
public sealed record SimulationRun
{
    /// <summary>Reference FASTA with index.</summary>
    public required string Reference { get; init; }

    /// <summary>Real variants to carry over (first sample's genotypes), or null.</summary>
    public string? Truth { get; init; }

    /// <summary>Added to the position of a reference base to get that of the truth file.</summary>
    public int TruthOffset { get; init; }

    /// <summary>Prefix of the outputs: _1.fq, _2.fq, .truth.vcf.gz and its index, .confident.bed.</summary>
    public required string Output { get; init; }

    /// <summary>Library.</summary>
    public required LibraryProfile Profile { get; init; }

    /// <summary>Number of blocks, chosen at random from the reference.</summary>
    public int Blocks { get; init; } = 20;

    /// <summary>Bases of a block.</summary>
    public int BlockLength { get; init; } = 20_000;

    /// <summary>Least and most depth; each block has its own.</summary>
    public (double From, double To) Depth { get; init; } = (30, 40);

    /// <summary>Seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; they do not show in the files.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rates of made-up variants.</summary>
    public VariantRates Rates { get; init; } = new();

    /// <summary>Sample name.</summary>
    public string Sample { get; init; } = "simulated";
}
