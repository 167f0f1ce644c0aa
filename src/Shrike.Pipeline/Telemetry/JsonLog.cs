using System.Text.Json.Nodes;
using Shrike.Core;

namespace Shrike.Pipeline.Telemetry;

/// <summary>
/// A log for machines: one JSON object a line, each with <c>time</c> and <c>event</c>. A line is in the file as soon as it is
/// written, so that a program can follow it.
/// </summary>
public sealed class JsonLog : IDisposable
{
    private readonly object _gate = new();
    private readonly string _path;
    private readonly StreamWriter _writer;
    private bool _isBroken;

    /// <param name="path">File to write; what was in it is gone.</param>
    /// <exception cref="ShrikeException">It cannot be written (exit 4).</exception>
    public JsonLog(string path)
    {
        _path = path;
        try
        {
            _writer = new StreamWriter(new FileStream(path, AtomicFile.IsDevicePath(path) ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true, NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Writes a line. Where that fails, a full disk for one, the log ends there: no run stops for it.</summary>
    /// <param name="name">What happened.</param>
    /// <param name="fields">More of it.</param>
    /// <returns>Null, or, once, why the log ends here.</returns>
    public string? Write(string name, JsonObject fields)
    {
        var line = new JsonObject { ["time"] = DateTime.UtcNow.ToString("O"), ["event"] = name };
        foreach ((string key, JsonNode? value) in fields) line[key] = value?.DeepClone();
        lock (_gate)
        {
            if (_isBroken) return null;
            try
            {
                _writer.WriteLine(line.ToJsonString());
                return null;
            }
            catch (IOException e)
            {
                _isBroken = true;
                return $"{_path}: the log ends here: {e.Message}";
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // What could not be written has been told of.
        }
    }
}
