using System.Diagnostics;
using System.Globalization;
using System.Text;
using Shrike.Core;
using Shrike.Examples.Reads;
using Shrike.Examples.Realigning.Assembly;
using Shrike.Hts;

namespace Shrike.Examples.Realigning;

/// <summary>
/// What the realigner did, for eyes: <c>realigner_metrics.csv</c> with a line per window, the graph of every window
/// (<c>WINDOW/graph.dot</c>) and, if asked for, the reads of every partition after realignment
/// (<c>PARTITION/realigned_reads.bam</c>). Shared by all threads.
/// </summary>
public sealed class RealignerDiagnostics : IDisposable
{
    private readonly string _folder;
    private readonly string? _headerText;
    private readonly Lock _lock = new();
    private readonly List<(int Contig, int Start, int Partition, string Line)> _windows = [];

    /// <param name="folder">Where to write; made if missing.</param>
    /// <param name="headerText">SAM header of the BAM files; null to write none.</param>
    public RealignerDiagnostics(string folder, string? headerText)
    {
        _folder = folder;
        _headerText = headerText;
        MakeFolder(folder);
    }

    /// <summary>An observer for one thread.</summary>
    public Worker ForThread() => new(this);

    /// <summary>Writes the metrics.</summary>
    public void Dispose()
    {
        var text = new StringBuilder("window,k,n_haplotypes,time\r\n");
        foreach ((_, _, _, string line) in _windows.OrderBy(w => w.Contig).ThenBy(w => w.Partition).ThenBy(w => w.Start)) text.Append(line).Append("\r\n");
        AtomicFile.WriteAllText(Path.Combine(_folder, "realigner_metrics.csv"), text.ToString());
    }

    private static string Literal(Contig contig, int start, int end) => string.Create(CultureInfo.InvariantCulture, $"{contig.Name}:{start + 1}-{end}");

    private string MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ShrikeException.InputOutput($"--realigner_diagnostics {_folder}: {e.Message}", e);
        }
    }

    /// <summary>The part of one thread.</summary>
    /// <param name="owner">Where results go.</param>
    public sealed class Worker(RealignerDiagnostics owner) : IRealignerObserver
    {
        private long _since = Stopwatch.GetTimestamp();
        private int _partition;

        /// <summary>A partition begins.</summary>
        public void Begin(int partitionStart) => (_partition, _since) = (partitionStart, Stopwatch.GetTimestamp());

        /// <inheritdoc/>
        public void Assembled(Contig contig, int start, int end, int k, HaplotypeSet haplotypes, int reads, WindowAssembler assembler)
        {
            double seconds = Stopwatch.GetElapsedTime(_since).TotalSeconds;
            string window = Literal(contig, start, end);
            string kText = k == WindowAssembler.NoGraph ? "NA" : k.ToString(CultureInfo.InvariantCulture);
            string line = string.Create(CultureInfo.InvariantCulture, $"{window},{kText},{haplotypes.Count},{seconds:F6}");
            lock (owner._lock) owner._windows.Add((contig.Index, start, _partition, line));
            if (k != WindowAssembler.NoGraph)
            {
                var text = new StringWriter();
                assembler.WriteDot(text);
                string folder = owner.MakeFolder(Path.Combine(owner._folder, window));

                // Neighbouring partitions can have the same window, and threads of their own.
                lock (owner._lock) AtomicFile.WriteAllText(Path.Combine(folder, "graph.dot"), text.ToString());
            }

            _since = Stopwatch.GetTimestamp();
        }

        /// <summary>The reads of a partition after realignment.</summary>
        public void Realigned(Contig contig, int start, int end, int contigInReads, ReadBatch batch)
        {
            if (owner._headerText is null) return;
            string folder = owner.MakeFolder(Path.Combine(owner._folder, Literal(contig, start, end)));
            using var writer = new AlignmentWriter(Path.Combine(folder, "realigned_reads.bam"), owner._headerText);
            foreach (int i in Enumerable.Range(0, batch.Count).OrderBy(i => batch.Start[i]))
            {
                int row = batch.Row[i];
                writer.Write(batch.NameOf(i), batch.Store.Flags[row], contigInReads, batch.Start[i], batch.MappingQualityOf(i), batch.CigarOf(i), batch.Store.TemplateLength[row], batch.BasesOf(i), batch.QualitiesOf(i));
            }

            writer.Complete();
        }
    }
}
