namespace Shrike.Pipeline.Resuming;

/// <summary>How a run records what it has finished, and whether it goes on with what an earlier one has recorded.</summary>
public sealed record ResumeOptions
{
    /// <summary>The file of records. It is deleted when the outputs are whole.</summary>
    public required string Path { get; init; }

    /// <summary>Take over what is recorded there.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Seconds before the first record, and between two moments at which all of them are made safe against a failure of the
    /// machine; infinity for no records. A run that ends sooner writes none.
    /// </summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Gives all that decides the answer; asked once, when it is first needed.</summary>
    public required Func<RunFingerprint> Fingerprint { get; init; }

    /// <summary>Is told how to go on, if the run does not come to its end and something is recorded.</summary>
    public Action<string> Unfinished { get; init; } = _ => { };
}
