using System.Text;
using Shrike.Core;

namespace Shrike.Simulation;

/// <summary>
/// A reference made of nothing: random sequence with changing GC content, tandem repeats and diverged copies of earlier
/// stretches, so that calling on it is not trivial.
/// </summary>
public static class SyntheticGenome
{
    private const int LineLength = 60;

    /// <summary>Writes a FASTA of one contig and its index.</summary>
    public static void Write(string path, string contig, int length, ulong seed)
    {
        byte[] bases = Make(length, new RandomSource(seed));
        var text = new StringBuilder().Append('>').Append(contig).Append('\n');
        int offset = text.Length;
        for (int i = 0; i < bases.Length; i += LineLength) text.Append(Encoding.ASCII.GetString(bases, i, Math.Min(LineLength, bases.Length - i))).Append('\n');
        AtomicFile.WriteAllText(path, text.ToString());
        AtomicFile.WriteAllText(path + ".fai", $"{contig}\t{length}\t{offset}\t{LineLength}\t{LineLength + 1}\n");
    }

    private static byte[] Make(int length, RandomSource random)
    {
        var bases = new List<byte>(length + 1000);
        double gc = 0.41;
        while (bases.Count < length)
        {
            double u = random.Uniform();
            if (u < 0.002)
            {
                int unit = 1 + random.Below(4);
                byte[] motif = [.. Enumerable.Range(0, unit).Select(_ => "ACGT"u8[random.Below(4)])];
                int copies = (unit == 1 ? 6 : 4) + random.Geometric(0.2, 20);
                for (int i = 0; i < copies; i++) bases.AddRange(motif);
            }
            else if (u < 0.00205 && bases.Count > 5000)
            {
                int copied = 300 + random.Below(1500);
                int from = random.Below(bases.Count - copied);
                for (int i = 0; i < copied; i++) bases.Add(random.Chance(0.06) ? random.OtherBase(bases[from + i]) : bases[from + i]);
            }
            else
            {
                if (random.Chance(0.001)) gc = 0.35 + (0.25 * random.Uniform());
                bases.Add(random.Chance(gc) ? "CG"u8[random.Below(2)] : "AT"u8[random.Below(2)]);
            }
        }

        return [.. bases.Take(length)];
    }
}
