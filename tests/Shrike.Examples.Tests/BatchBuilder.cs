using System.Text;
using Shrike.Core;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Tests;

/// <summary>Reads written by hand.</summary>
internal sealed class BatchBuilder
{
    private readonly ReadStore _store = new() { FileOffset = [0, 0] };

    public BatchBuilder Add(int start, string cigar, string bases, byte[]? qualities = null, string? name = null, ushort flags = 0, byte mapq = 60, int templateLength = 0)
    {
        ReadStore s = _store;
        uint[] elements = Parse(cigar);
        int n = s.Count;
        T[] Grow<T>(T[] array, params T[] values) => [.. array, .. values];
        s.File = Grow(s.File, (short)0);
        s.Start = Grow(s.Start, start);
        s.End = Grow(s.End, start + Cigar.ReferenceSpan(elements));
        s.Flags = Grow(s.Flags, flags);
        s.MappingQuality = Grow(s.MappingQuality, mapq);
        s.TemplateLength = Grow(s.TemplateLength, templateLength);
        s.Haplotype = Grow(s.Haplotype, -1);
        s.Bases = Grow(s.Bases, Encoding.ASCII.GetBytes(bases));
        s.Qualities = Grow(s.Qualities, qualities ?? [.. Enumerable.Repeat((byte)30, bases.Length)]);
        s.Cigars = Grow(s.Cigars, elements);
        byte[] nameBytes = Encoding.ASCII.GetBytes(name ?? $"r{n}");
        s.Names = Grow(s.Names, nameBytes);
        s.SequenceOffset = Grow(s.SequenceOffset, s.Bases.Length);
        s.CigarOffset = Grow(s.CigarOffset, s.Cigars.Length);
        s.NameOffset = Grow(s.NameOffset, s.Names.Length);
        s.KeyHash = Grow(s.KeyHash, (ulong)nameBytes.Aggregate(17, (h, b) => unchecked((h * 31) + b)));
        s.ReachedEnd = Grow(s.ReachedEnd, Math.Max(n == 0 ? 0 : s.ReachedEnd[n - 1], Math.Max(s.End[n], start + 1)));
        s.Count = n + 1;
        s.FileOffset = [0, s.Count];
        return this;
    }

    public ReadStore Store => _store;

    public ReadBatch Build(int start, int end, int maxReads = 0)
    {
        var batch = new ReadBatch();
        new PartitionReads(maxReads, 0).Fill(batch, _store, start, end);
        return batch;
    }

    public static uint[] Parse(string cigar)
    {
        var elements = new List<uint>();
        int length = 0;
        foreach (char c in cigar)
        {
            if (char.IsDigit(c))
            {
                length = (length * 10) + c - '0';
                continue;
            }

            elements.Add(Cigar.Pack((CigarOp)"MIDNSHP=X".IndexOf(c, StringComparison.Ordinal), length));
            length = 0;
        }

        return [.. elements];
    }

    /// <summary>A reference of one contig in a window of its own.</summary>
    public static ReferenceWindow Window(string folder, string bases)
    {
        string path = Path.Combine(folder, "r.fa");
        File.WriteAllText(path, $">c\n{bases}\n");
        File.WriteAllText(path + ".fai", $"c\t{bases.Length}\t3\t{bases.Length}\t{bases.Length + 1}\n");
        var window = new ReferenceWindow(Hts.ReferenceReader.Open(path));
        window.Move(new Contig("c", bases.Length, 0), 0, bases.Length);
        return window;
    }
}
