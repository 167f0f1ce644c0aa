using System.Text;
using Shrike.Core;
using Shrike.Hts;

namespace Shrike.Simulation;

/// <summary>The files of a simulation: under temporary names until all are whole; if disposed before, none remains.</summary>
internal sealed class SimulationFiles : IDisposable
{
    private readonly List<AtomicFile> _files = [];
    private readonly string _prefix;
    private readonly long _longestContig;
    private readonly AtomicFile _truth;
    private readonly AtomicFile _truthIndex;
    private readonly AtomicFile _confident;
    private readonly FileStream _first;
    private readonly FileStream _second;

    /// <param name="prefix">Prefix of their names; its folder is made where it is missing.</param>
    /// <param name="longestContig">Length of the longest contig: decides the kind of index.</param>
    /// <exception cref="ShrikeException">One cannot be written.</exception>
    public SimulationFiles(string prefix, long longestContig)
    {
        _prefix = prefix;
        _longestContig = longestContig;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(prefix))!);
        try
        {
            _truth = Add(".truth.vcf.gz");
            _truthIndex = Add(".truth.vcf.gz" + (longestContig > VariantIndex.MaxTabixContig ? ".csi" : ".tbi"));
            _confident = Add(".confident.bed");
            _first = Add("_1.fq").OpenWrite();
            _second = Add("_2.fq").OpenWrite();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Appends the reads of a block.</summary>
    /// <param name="first">FASTQ text of the first reads of the pairs.</param>
    /// <param name="second">The same of the second.</param>
    public void Append(MemoryStream first, MemoryStream second) => Try("_1.fq, _2.fq", () =>
    {
        first.WriteTo(_first);
        second.WriteTo(_second);
    });

    /// <summary>Writes the variants and the regions, then gives all files their names.</summary>
    /// <param name="truth">Text of the VCF.</param>
    /// <param name="confident">Text of the BED.</param>
    public void Complete(string truth, string confident)
    {
        Try("_1.fq, _2.fq", () =>
        {
            _first.Dispose();
            _second.Dispose();
        });
        using (var file = new BgzfWriter(_truth.TemporaryPath)) file.Write(Encoding.ASCII.GetBytes(truth));
        VariantIndex.Build(_truth.TemporaryPath, _longestContig, _truthIndex.TemporaryPath);
        Try(".confident.bed", () =>
        {
            using FileStream stream = _confident.OpenWrite();
            stream.Write(Encoding.UTF8.GetBytes(confident));
        });
        foreach (AtomicFile file in _files) file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FileStream? stream in (ReadOnlySpan<FileStream?>)[_first, _second])
        {
            // Closing tries once more to write what is buffered; after a failure it fails again, which has been said.
            try
            {
                stream?.Dispose();
            }
            catch (IOException)
            {
            }
        }

        foreach (AtomicFile file in _files) file.Dispose();
    }

    private AtomicFile Add(string end)
    {
        var file = new AtomicFile(_prefix + end);
        _files.Add(file);
        return file;
    }

    private void Try(string ends, Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw ShrikeException.InputOutput($"{_prefix}{ends}: cannot be written: {e.Message}", e);
        }
    }
}
