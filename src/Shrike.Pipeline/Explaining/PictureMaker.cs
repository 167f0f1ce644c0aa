using Shrike.Examples.Pileup;
using Shrike.Formats;

namespace Shrike.Pipeline.Explaining;

/// <summary>Reads the bytes of a pileup image back as letters.</summary>
/// <param name="options">How it was drawn.</param>
internal sealed class PictureMaker(PileupOptions options)
{
    private const int BaseChannel = 1, StrandChannel = 4, SupportChannel = 5, DifferenceChannel = 6;
    private static readonly Dictionary<byte, char> Letters = "ACGT".ToDictionary(c => Colors.Base[c]);

    /// <summary>The picture of one image.</summary>
    /// <param name="image">H x W x C bytes.</param>
    /// <param name="alts">ALTs it shows.</param>
    /// <param name="start">0-based position of its first column.</param>
    /// <param name="reference">Reference letters of its columns.</param>
    public PileupPicture Make(ReadOnlySpan<byte> image, IReadOnlyList<string> alts, int start, string reference)
    {
        int channels = options.Channels.Length;
        int rowBytes = options.Width * channels;
        var rows = new List<PictureRow>();
        for (int row = PileupOptions.ReferenceRows; row < options.Height; row++)
        {
            ReadOnlySpan<byte> bytes = image.Slice(row * rowBytes, rowBytes);
            if (bytes.ContainsAnyExcept((byte)0)) rows.Add(Row(bytes, reference));
        }

        return new PileupPicture
        {
            Alts = alts,
            FirstPosition = start + 1,
            Reference = reference,
            Rows = rows,
            Shape = [options.ImageHeight, options.Width, channels],
            Channels = [.. options.Channels.Select(ChannelNames.NameOf)],
            Bytes = image.ToArray(),
        };
    }

    private PictureRow Row(ReadOnlySpan<byte> row, string reference)
    {
        int channels = options.Channels.Length;
        int bases = Array.LastIndexOf(options.Channels, BaseChannel);
        int strand = Array.LastIndexOf(options.Channels, StrandChannel);
        int support = Array.LastIndexOf(options.Channels, SupportChannel);
        int difference = Array.LastIndexOf(options.Channels, DifferenceChannel);
        var letters = new char[options.Width];
        (int first, int last) = (options.Width, -1);
        byte marked = 0;
        for (int column = 0; column < options.Width; column++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(column * channels, channels);
            if (!pixel.ContainsAnyExcept((byte)0)) continue;
            (first, last) = (Math.Min(first, column), column);
            bool isReverse = strand >= 0 && pixel[strand] == Colors.Reverse;
            if (support >= 0) marked = pixel[support];
            char letter = bases >= 0 ? Letters.GetValueOrDefault(pixel[bases], '*') : difference >= 0 && pixel[difference] == Colors.Full ? 'X' : reference[column];
            if (letter == reference[column]) letter = isReverse ? ',' : '.';
            letters[column] = isReverse ? char.ToLowerInvariant(letter) : letter;
        }

        for (int column = 0; column < letters.Length; column++)
        {
            if (letters[column] == 0) letters[column] = column > first && column < last ? '-' : ' ';
        }

        return new PictureRow(marked switch { Colors.Full => '#', Colors.OtherSupporting => '+', _ => ' ' }, new string(letters));
    }
}
