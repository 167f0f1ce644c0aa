using Shrike.Core;

namespace Shrike.Simulation;

/// <summary>A synthetic genome as a reference: readable under a temporary name until <see cref="Complete"/>; if disposed before, nothing remains.</summary>
public sealed class SyntheticReference : IDisposable
{
    private readonly AtomicFile _fasta;
    private readonly string _path;

    /// <param name="path">Final name of the FASTA; its index goes beside it.</param>
    /// <param name="contig">Name of its contig.</param>
    /// <param name="length">Bases.</param>
    /// <param name="seed">Seed.</param>
    /// <exception cref="ShrikeException">It cannot be written.</exception>
    public SyntheticReference(string path, string contig, int length, ulong seed)
    {
        _path = path;
        _fasta = new AtomicFile(path);
        try
        {
            SyntheticGenome.Write(TemporaryPath, contig, length, seed);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the FASTA and its index are until then.</summary>
    public string TemporaryPath => _fasta.TemporaryPath;

    /// <summary>Gives both their names.</summary>
    public void Complete()
    {
        try
        {
            File.Move(TemporaryPath + ".fai", _path + ".fai", overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"{_path}.fai: cannot be written: {e.Message}", e);
        }

        _fasta.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(TemporaryPath + ".fai");
        _fasta.Dispose();
    }
}
