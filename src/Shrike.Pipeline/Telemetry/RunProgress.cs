using System.Diagnostics;

namespace Shrike.Pipeline.Telemetry;

/// <summary>How far a run is. One thread at a time counts; any thread may look.</summary>
public sealed class RunProgress
{
    private long _begin;
    private long _totalBases;
    private long _bases;
    private long _takenOver;
    private long _candidates;
    private long _images;
    private long _smallModelCalls;

    /// <summary>Bases to call; 0 before it is known.</summary>
    public long TotalBases => Volatile.Read(ref _totalBases);

    /// <summary>Bases whose calls have been handed to the output.</summary>
    public long Bases => Volatile.Read(ref _bases);

    /// <summary>Those of them that an earlier run has called; what is counted below is without them.</summary>
    public long TakenOver => Volatile.Read(ref _takenOver);

    /// <summary>Candidates in the others.</summary>
    public long Candidates => Volatile.Read(ref _candidates);

    /// <summary>Images the network saw of them.</summary>
    public long Images => Volatile.Read(ref _images);

    /// <summary>ALT sets the small model answered.</summary>
    public long SmallModelCalls => Volatile.Read(ref _smallModelCalls);

    /// <summary>Time since the calling began; 0 before.</summary>
    public double Seconds => Volatile.Read(ref _begin) is var begin and > 0 ? Stopwatch.GetElapsedTime(begin).TotalSeconds : 0;

    /// <summary>The calling begins.</summary>
    /// <param name="totalBases">Bases to call.</param>
    public void Begin(long totalBases)
    {
        Volatile.Write(ref _totalBases, totalBases);
        Volatile.Write(ref _begin, Stopwatch.GetTimestamp());
    }

    /// <summary>Adds what an earlier run has done.</summary>
    public void TakeOver(long bases)
    {
        Volatile.Write(ref _takenOver, _takenOver + bases);
        Volatile.Write(ref _bases, _bases + bases);
    }

    /// <summary>Adds what has been done.</summary>
    public void Add(long bases, long candidates, long images, long smallModelCalls)
    {
        Volatile.Write(ref _candidates, _candidates + candidates);
        Volatile.Write(ref _images, _images + images);
        Volatile.Write(ref _smallModelCalls, _smallModelCalls + smallModelCalls);
        Volatile.Write(ref _bases, _bases + bases);
    }
}
