using System.Collections.Concurrent;
using Shrike.Calling.Records;
using Shrike.Calling.Vcf;
using Shrike.Core;

namespace Shrike.Calling;

/// <summary>
/// VCF and gVCF of a run. Parts are made by any thread (<see cref="Rent"/>, <see cref="Finish"/>) and written by one at a time, in order.
/// </summary>
internal sealed class CallFiles : IDisposable
{
    private readonly VcfOutput _vcf;
    private readonly VcfOutput? _gvcf;
    private readonly ConcurrentBag<Parts> _free = [];

    /// <param name="vcfPath">Calls.</param>
    /// <param name="gvcfPath">Calls and reference blocks; null for none.</param>
    /// <param name="header">Header of both.</param>
    /// <param name="contigs">Contigs of the reference.</param>
    /// <param name="compressAll">BGZF whatever the names say.</param>
    public CallFiles(string vcfPath, string? gvcfPath, VcfHeaderContent header, ContigTable contigs, bool compressAll = false)
    {
        if (header.Sample.Any(char.IsControl)) throw ShrikeException.InvalidData("the sample name has a tab or line end, which a VCF cannot hold: give another with --sample_name where the reads are read (run, make-examples)");
        if (gvcfPath is not null && Path.GetFullPath(gvcfPath) == Path.GetFullPath(vcfPath) && !AtomicFile.IsDevicePath(vcfPath))
        {
            throw ShrikeException.Usage($"{vcfPath}: VCF and gVCF have the same name");
        }

        string text = VcfHeaderText.Build(header);
        VcfFormat Format(string path) => compressAll ? VcfFormat.Bgzf : VcfOutput.FormatOf(path);
        _vcf = new VcfOutput(vcfPath, Format(vcfPath), text, contigs);
        if (gvcfPath is null) return;
        try
        {
            _gvcf = new VcfOutput(gvcfPath, Format(gvcfPath), text, contigs);
        }
        catch
        {
            _vcf.Dispose();
            throw;
        }
    }

    /// <summary>Text of one stretch.</summary>
    public sealed class Parts
    {
        /// <summary>Part of the VCF.</summary>
        public VcfPart Vcf { get; } = new();

        /// <summary>Part of the gVCF; empty without one.</summary>
        public VcfPart Gvcf { get; } = new();
    }

    /// <summary>Records written to the VCF.</summary>
    public long Count => _vcf.Count;

    /// <summary>There is a gVCF.</summary>
    public bool HasGvcf => _gvcf is not null;

    /// <summary>Empty parts; safe for several threads.</summary>
    public Parts Rent() => _free.TryTake(out Parts? parts) ? parts : new Parts();

    /// <summary>Compresses parts if the files are; safe for several threads.</summary>
    public void Finish(Parts parts)
    {
        if (_vcf.Format == VcfFormat.Bgzf) parts.Vcf.Compress();
        if (_gvcf?.Format == VcfFormat.Bgzf) parts.Gvcf.Compress();
    }

    /// <summary>Appends finished parts, which go back to be used again.</summary>
    public void Write(Parts parts)
    {
        _vcf.Write(parts.Vcf);
        _gvcf?.Write(parts.Gvcf);
        parts.Vcf.Clear();
        parts.Gvcf.Clear();
        _free.Add(parts);
    }

    /// <summary>Gives the files their names.</summary>
    public void Complete()
    {
        _gvcf?.Complete();
        _vcf.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _vcf.Dispose();
        _gvcf?.Dispose();
    }
}
