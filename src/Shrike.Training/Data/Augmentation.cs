using Shrike.Formats;

namespace Shrike.Training.Data;

/// <summary>
/// Changes an image in ways that do not change its label: fewer reads, other strand, other letters, other qualities,
/// other fragment sizes, some reads mapped worse. Channels it does not know stay as they are.
/// </summary>
public sealed class Augmentation
{
    private const int ReferenceRows = 5;
    private static readonly byte[] Letters = [250, 180, 100, 30];
    private readonly int _rowBytes;
    private readonly int _channels;
    private readonly int _base;
    private readonly int _baseQuality;
    private readonly int _mappingQuality;
    private readonly int _strand;
    private readonly int _insertSize;
    private readonly byte[] _letters = new byte[256];
    private readonly byte[] _qualities = new byte[256];
    private readonly byte[] _inserts = new byte[256];

    /// <param name="width">Columns.</param>
    /// <param name="channels">Numbers of the image's channels, in order.</param>
    public Augmentation(int width, IReadOnlyList<int> channels)
    {
        _rowBytes = width * channels.Count;
        _channels = channels.Count;
        int[] known = ChannelNames.Parse("read_base,base_quality,mapping_quality,strand,insert_size");
        int[] places = [.. known.Select(k => channels.ToList().IndexOf(k))];
        (_base, _baseQuality, _mappingQuality, _strand, _insertSize) = (places[0], places[1], places[2], places[3], places[4]);
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
                Span<byte> pixel = row.Slice(p, _channels);
                if (_base >= 0) pixel[_base] = _letters[pixel[_base]];
                if (r < ReferenceRows) continue;
                if (_baseQuality >= 0) pixel[_baseQuality] = _qualities[pixel[_baseQuality]];
                if (lower && _mappingQuality >= 0) pixel[_mappingQuality] /= 3;
                if (flip && _strand >= 0) pixel[_strand] = pixel[_strand] switch { 70 => 240, 240 => 70, byte b => b };
                if (_insertSize >= 0) pixel[_insertSize] = _inserts[pixel[_insertSize]];
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
