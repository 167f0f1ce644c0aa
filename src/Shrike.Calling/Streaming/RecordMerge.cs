using Shrike.Calling.Records;

namespace Shrike.Calling.Streaming;

/// <summary>
/// Merges sorted streams into one. Records of equal key come in the order of the streams, so that consecutive parts of
/// one file stay in the order of the file.
/// </summary>
internal sealed class RecordMerge : IDisposable
{
    private readonly PriorityQueue<int, (RecordKey Key, int Stream)> _waiting = new();
    private readonly IReadOnlyList<RecordStream> _streams;
    private int _head = -1;
    private bool _begun;

    /// <param name="streams">The streams; disposed with this.</param>
    public RecordMerge(IReadOnlyList<RecordStream> streams) => _streams = streams;

    /// <summary>The stream whose record is the current one; null at the end.</summary>
    public RecordStream? Head
    {
        get
        {
            if (!_begun) Begin();
            return _head < 0 ? null : _streams[_head];
        }
    }

    /// <summary>Leaves the current record behind.</summary>
    public void Next()
    {
        if (Head is not { } head) return;
        if (head.Next()) _head = _waiting.EnqueueDequeue(_head, (head.Key, _head));
        else if (!_waiting.TryDequeue(out _head, out _)) _head = -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordStream stream in _streams) stream.Dispose();
    }

    private void Begin()
    {
        _begun = true;
        for (int i = 0; i < _streams.Count; i++)
        {
            if (_streams[i].Next()) _waiting.Enqueue(i, (_streams[i].Key, i));
        }

        if (!_waiting.TryDequeue(out _head, out _)) _head = -1;
    }
}
