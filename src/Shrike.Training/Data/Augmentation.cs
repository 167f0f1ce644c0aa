namespace Shrike.Training.Data;

/// <summary>
/// Changes an image in ways that do not change its label: fewer reads, other strand, other letters, other qualities,
/// other fragment sizes, some reads mapped worse. Channels are the seven of short reads.
/// </summary>
public sealed class Augmentation
{
    private const int ReferenceRows = 5;
    private static readonly byte[] Letters = [250, 180, 100, 30];
    private readonly int _rowBytes;
    private readonly int _channels;
    private readonly byte[] _letters = new byte[256];
    private readonly byte[] _qualities = new byte[256];
    private readonly byte[] _inserts = new byte[256];

    /// <param name="width">Columns.</param>
    /// <param name="channels">Channels; at least the six base channels, then insert size.</param>
    public Augmentation(int width, int channels)
    {
        _rowBytes = width * channels;
        _channels = channels;
    }

    /// <summary>Copies an image into a zeroed one, changed.</summary>
    /// <returns>Number of rows used.</returns>
    public int Apply(ReadOnlySpan<byte> rows, Span<byte> target, Random random)
    {
        int count = rows.Length / _rowBytes;
        double keep = random.NextDouble() < 0.5 ? 1 : 0.35 + (0.65 * random.NextDouble());
        bool flip = random.NextDouble() < 0.5;
        bool lowerMapping = random.NextDouble() < 0.2;
        FillTables(random);
        int used = 0;
        for (int r = 0; r < count; r++)
        {
            if (r >= ReferenceRows && random.NextDouble() >= keep) continue;
            ReadOnlySpan<byte> source = rows.Slice(r * _rowBytes, _rowBytes);
            Span<byte> row = target.Slice(used++ * _rowBytes, _rowBytes);
            source.CopyTo(row);
            bool lower = r >= ReferenceRows && lowerMapping && random.NextDouble() < 0.08;
            for (int p = 0; p < _rowBytes; p += _channels)
            {
                row[p] = _letters[row[p]];
                if (r < ReferenceRows) continue;
                row[p + 1] = _qualities[row[p + 1]];
                if (lower) row[p + 2] = (byte)(row[p + 2] / 3);
                if (flip) row[p + 3] = row[p + 3] switch { 70 => 240, 240 => 70, byte b => b };
                row[p + 6] = _inserts[row[p + 6]];
            }
        }

        return used;
    }

    private void FillTables(Random random)
    {
        byte[] shuffled = [.. Letters];
        if (random.NextDouble() < 0.5) random.Shuffle(shuffled);
        for (int i = 0; i < Letters.Length; i++) _letters[Letters[i]] = shuffled[i];
        double quality = 0.88 + (0.17 * random.NextDouble());
        double insert = 0.7 + (0.6 * random.NextDouble());
        for (int i = 0; i < 256; i++)
        {
            _qualities[i] = (byte)Math.Min(254, i * quality);
            _inserts[i] = (byte)Math.Min(254, i * insert);
        }
    }
}
