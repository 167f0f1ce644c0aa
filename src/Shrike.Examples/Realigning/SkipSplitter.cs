using System.Text;
using Shrike.Core;
using Shrike.Examples.Reads;

namespace Shrike.Examples.Realigning;

/// <summary>Cuts spliced reads at their skipped regions (N); every part becomes a read of its own, named <c>NAME_pK</c>.</summary>
internal static class SkipSplitter
{
    private const int MinBases = 15;

    /// <summary>Replaces every read from <paramref name="first"/> on that has an N by its parts of at least 15 bases.</summary>
    public static void Split(ReadBatch batch, int first)
    {
        int count = batch.Count;
        bool any = false;
        for (int i = first; i < count && !any; i++) any = HasSkip(batch.CigarOf(i));
        if (!any) return;
        var order = new List<int>(count);
        for (int i = 0; i < first; i++) order.Add(i);
        for (int i = first; i < count; i++)
        {
            if (HasSkip(batch.CigarOf(i))) AddParts(batch, i, order);
            else order.Add(i);
        }

        batch.Reorder([.. order]);
        for (int i = 0; i < batch.Count; i++) batch.Key[i] = i;
        new ReadKeys().Find(batch);
    }

    private static bool HasSkip(ReadOnlySpan<uint> cigar)
    {
        foreach (uint element in cigar)
        {
            if (Cigar.Op(element) == CigarOp.Skip) return true;
        }

        return false;
    }

    private static void AddParts(ReadBatch batch, int read, List<int> order)
    {
        uint[] cigar = batch.CigarOf(read).ToArray();
        var part = new List<uint>();
        int row = batch.Row[read];
        int number = 0;
        int firstBase = 0;
        int bases = 0;
        int position = batch.Start[read];
        int start = 0;
        bool hasStart = false;
        for (int k = 0; k < cigar.Length; k++)
        {
            (CigarOp op, int n) = (Cigar.Op(cigar[k]), Cigar.Length(cigar[k]));
            if (!hasStart && Cigar.SpansReference(op)) (start, hasStart) = (position, position != 0);
            if (op != CigarOp.Skip) part.Add(cigar[k]);
            if (Cigar.ConsumesRead(op)) bases += n;
            if (Cigar.SpansReference(op)) position += n;
            if (op != CigarOp.Skip && k + 1 < cigar.Length) continue;
            if (bases - firstBase >= MinBases)
            {
                byte[] name = [.. batch.Store.NameOf(row), .. Encoding.ASCII.GetBytes($"_p{number}")];
                int partRow = batch.Store.AddPart(row, name, firstBase, bases, start, [.. part]);
                batch.Add(partRow);
                order.Add(batch.Count - 1);
            }

            number++;
            firstBase = bases;
            (start, hasStart) = (0, false);
            part.Clear();
        }
    }
}
