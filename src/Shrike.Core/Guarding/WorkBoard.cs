using System.Globalization;

namespace Shrike.Core.Guarding;

/// <summary>What is being done with a place of the genome.</summary>
public enum WorkStage
{
    /// <summary>Reads and reference are read.</summary>
    Reading,

    /// <summary>Candidates are found and their images made.</summary>
    Images,

    /// <summary>The network answers.</summary>
    Network,

    /// <summary>Results are written.</summary>
    Writing,
}

/// <summary>A place that is in work.</summary>
/// <param name="Contig">Name of its contig.</param>
/// <param name="Start">First base, from 0.</param>
/// <param name="End">One past its last base.</param>
/// <param name="Stage">What is being done with it.</param>
public sealed record WorkPlace(string Contig, int Start, int End, WorkStage Stage)
{
    /// <summary>The place as users write it.</summary>
    public string Region => string.Create(CultureInfo.InvariantCulture, $"{Contig}:{Start + 1}-{End}");

    /// <summary>The stage in words.</summary>
    public string StageName => Stage switch
    {
        WorkStage.Reading => "reading",
        WorkStage.Images => "making images",
        WorkStage.Network => "network",
        _ => "writing",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Region} ({StageName})";
}

/// <summary>
/// Who is at what: every thread of a run has a post and writes there which place it works on. Writing costs a thread next to
/// nothing, and looking, which any thread may do, costs it nothing.
/// </summary>
public sealed class WorkBoard
{
    private readonly Lock _gate = new();
    private readonly List<WorkPost> _posts = [];
    private long _begun;
    private long _finished;

    /// <summary>How often something has been finished so far.</summary>
    public long Finished => Interlocked.Read(ref _finished);

    /// <summary>A post for one thread, or for what one thread at a time does.</summary>
    public WorkPost Join()
    {
        var post = new WorkPost(this);
        lock (_gate) _posts.Add(post);
        return post;
    }

    /// <summary>What is in work, by the order in which it was begun: the first is what others wait for.</summary>
    public IReadOnlyList<WorkPlace> InWork()
    {
        lock (_gate) return [.. _posts.Select(p => p.Current).OfType<(long Order, WorkPlace Place)>().OrderBy(p => p.Order).Select(p => p.Place)];
    }

    /// <summary>Places in words: the first ones, and how many more.</summary>
    public static string Words(IReadOnlyList<WorkPlace> places)
    {
        const int shown = 3;
        return string.Join(", ", places.Take(shown)) + (places.Count > shown ? string.Create(CultureInfo.InvariantCulture, $" and {places.Count - shown} more") : "");
    }

    internal long NextOrder() => Interlocked.Increment(ref _begun);

    internal void CountFinished() => Interlocked.Increment(ref _finished);
}

/// <summary>What one thread works on. One thread at a time writes here.</summary>
public sealed class WorkPost
{
    private readonly WorkBoard _board;
    private Entry? _entry;
    private WorkPlace? _last;

    internal WorkPost(WorkBoard board) => _board = board;

    internal (long Order, WorkPlace Place)? Current => Volatile.Read(ref _entry) is { } entry ? (entry.Order, entry.Place) : null;

    /// <summary>Work on a place begins.</summary>
    /// <param name="contig">Name of its contig.</param>
    /// <param name="start">First base, from 0.</param>
    /// <param name="end">One past its last base.</param>
    /// <param name="stage">What is being done with it.</param>
    public void Begin(string contig, int start, int end, WorkStage stage) => Volatile.Write(ref _entry, new Entry(_board.NextOrder(), new WorkPlace(contig, start, end, stage)));

    /// <summary>Work goes on with the place that was finished last, in another stage; nothing if there was none.</summary>
    public void Reopen(WorkStage stage)
    {
        if (_last is { } last) Volatile.Write(ref _entry, new Entry(_board.NextOrder(), last with { Stage = stage }));
    }

    /// <summary>The work on the place comes to another stage.</summary>
    public void Go(WorkStage stage)
    {
        if (_entry is { } entry) Volatile.Write(ref _entry, entry with { Place = entry.Place with { Stage = stage } });
    }

    /// <summary>The work on the place is finished. A failure leaves it there, so that it can be named.</summary>
    public void Finish()
    {
        _last = _entry?.Place;
        Volatile.Write(ref _entry, null);
        _board.CountFinished();
    }

    private sealed record Entry(long Order, WorkPlace Place);
}
