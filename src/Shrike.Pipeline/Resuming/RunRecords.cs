using System.Diagnostics;
using System.Globalization;
using Shrike.Core;
using Shrike.Examples.MakeExamples;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Resuming;

/// <summary>
/// What a run has finished, kept for the case that it does not come to its end. A tile's result depends on nothing but the
/// tile, so records may come in any order, be missing, or be made anew: stage 3 gets the same either way. Threads write the
/// records of their own tiles, not the one that serves the outputs.
/// </summary>
internal sealed class RunRecords : IDisposable
{
    private readonly ResumeOptions _options;
    private readonly IReadOnlyList<Tile> _tiles;
    private readonly Action<string> _log;
    private readonly RecordFile _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Record> _records = [];
    private readonly long _begin = Stopwatch.GetTimestamp();
    private double _flushed;
    private bool _isOurs;
    private bool _isBroken;
    private bool _damageIsTold;
    private bool _isCompleted;

    private RunRecords(ResumeOptions options, IReadOnlyList<Tile> tiles, Action<string> log, RecordFile file)
    {
        _options = options;
        _tiles = tiles;
        _log = log;
        _file = file;
    }

    /// <summary>Opens or makes the file of records, and removes what processes that were killed have left of the outputs.</summary>
    /// <param name="options">Where, and how.</param>
    /// <param name="tiles">All tiles of the run.</param>
    /// <param name="outputs">Files the run writes.</param>
    /// <param name="log">Receives remarks.</param>
    /// <exception cref="ShrikeException">Another run is at work, or the records are of another one (exit 2); the file cannot be opened (exit 4).</exception>
    public static RunRecords Open(ResumeOptions options, IReadOnlyList<Tile> tiles, IEnumerable<string> outputs, Action<string> log)
    {
        RecordFile file = RecordFile.Open(options.Path);
        try
        {
            var records = new RunRecords(options, tiles, log, file);
            records.Begin([.. outputs]);
            return records;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What an earlier run has made of a tile; null if it has to be made. Safe for several threads.</summary>
    public TileCalls? Find(Tile tile)
    {
        Record? record;
        lock (_gate)
        {
            if (!_records.TryGetValue(tile.FirstIndex, out record)) return null;
        }

        if (_file.Read(record) is { } bytes && TileRecord.Read(bytes, tile) is { } calls) return calls;
        bool isFirst;
        lock (_gate)
        {
            _records.Remove(tile.FirstIndex);
            (isFirst, _damageIsTold) = (!_damageIsTold, true);
        }

        if (isFirst) _log($"{_options.Path}: the record of {Place(tile)} is damaged: that, and whatever else is, is computed again");
        return null;
    }

    /// <summary>Records a tile, if it is time to. Safe for several threads.</summary>
    public void Keep(TileCalls done)
    {
        if (Seconds < _options.Seconds || _isBroken) return;
        byte[] bytes = TileRecord.Write(done);
        try
        {
            bool isTime;
            lock (_gate)
            {
                if (_isBroken) return;
                if (!_isOurs) BeginRecording();
                _records[done.Tile.FirstIndex] = _file.Append(RecordKind.Tile, done.Tile.FirstIndex, bytes);
                isTime = Seconds - _flushed >= _options.Seconds;
                if (isTime) _flushed = Seconds;
            }

            if (isTime) _file.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // Records are there for the run, not the run for them. (Out of range: a file larger than the system allows.)
            bool isFirst;
            lock (_gate) (isFirst, _isBroken) = (!_isBroken, true);
            if (isFirst) _log($"{_options.Path}: no more can be recorded ({e.Message}); the run goes on without");
        }
    }

    /// <summary>The outputs are whole: records are needed no more.</summary>
    public void Complete()
    {
        _file.Delete();
        _isCompleted = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (!_isCompleted) Leave();
        }
        catch (IOException)
        {
            // Each record tells by itself whether it is whole.
        }
        finally
        {
            _file.Dispose();
        }
    }

    private double Seconds => Stopwatch.GetElapsedTime(_begin).TotalSeconds;

    private static string Place(Tile tile) => string.Create(CultureInfo.InvariantCulture, $"{tile.Contig.Name}:{tile.Start + 1}-{tile.End}");

    /// <summary>Share of the bases that is recorded, in words.</summary>
    private string Share()
    {
        long recorded = _tiles.Where(t => _records.ContainsKey(t.FirstIndex)).Sum(t => t.Bases);
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * recorded / _tiles.Sum(t => t.Bases):F1} % of the bases");
    }

    private void Begin(string[] outputs)
    {
        foreach (Record process in _file.Records.Where(r => r.Kind == RecordKind.Process))
        {
            foreach (string output in outputs) AtomicFile.DeleteLeftover(output, process.Number);
        }

        Record[] kept = [.. _file.Records.Where(r => r.Kind == RecordKind.Tile)];
        if (_options.Resume && kept.Length > 0) TakeOver(kept);
        else if (_options.Resume) _log($"{_options.Path}: nothing to resume: the run begins at the start");
        else if (kept.Length > 0) _log($"{_options.Path}: has records of a run that did not come to its end: --resume would go on with them; this run begins at the start and will replace them");
        try
        {
            _file.Trim();
            _file.Append(RecordKind.Process, Environment.ProcessId, []);
        }
        catch (IOException e)
        {
            throw ShrikeException.InputOutput($"{_options.Path}: cannot be written: {e.Message}", e);
        }
    }

    private void TakeOver(Record[] kept)
    {
        Record? head = _file.Records.FirstOrDefault(r => r.Kind == RecordKind.Fingerprint);
        if (head is null || _file.Read(head) is not { } bytes || RunFingerprint.FromBytes(bytes) is not { } earlier)
        {
            _log($"{_options.Path}: is damaged at its begin: the run begins at the start");
            return;
        }

        if (_options.Fingerprint().DifferenceFrom(earlier) is { } difference)
        {
            throw ShrikeException.Usage($"{_options.Path}: was recorded by another run: {difference}: give what was given then, or leave --resume out to begin at the start");
        }

        if (_file.IsCut) _log($"{_options.Path}: is cut off or damaged at its end: what stood there is computed again");
        foreach (Record record in kept) _records[record.Number] = record;
        _isOurs = true;
        _log($"{_options.Path}: {Share()} are taken over");
    }

    /// <summary>The first record of this run takes the place of what was there.</summary>
    private void BeginRecording()
    {
        byte[] fingerprint = _options.Fingerprint().ToBytes();
        _file.Clear();
        _file.Append(RecordKind.Process, Environment.ProcessId, []);
        _file.Append(RecordKind.Fingerprint, 0, fingerprint);
        _isOurs = true;
    }

    private void Leave()
    {
        if (_isOurs && _records.Count > 0)
        {
            _options.Unfinished($"{Share()} are done and recorded in {_options.Path}: the same command with --resume goes on from there");
        }
        else if (_isOurs || !_file.Records.Any(r => r.Kind == RecordKind.Tile))
        {
            _file.Delete();
            return;
        }

        _file.Trim();
        _file.Flush();
    }
}
