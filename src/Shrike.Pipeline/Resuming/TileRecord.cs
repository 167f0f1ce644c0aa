using System.IO.Compression;
using Google.Protobuf;
using Shrike.Examples.MakeExamples;
using Shrike.Formats.Messages;
using Shrike.Pipeline.Engine;

namespace Shrike.Pipeline.Resuming;

/// <summary>What stages 1 and 2 made of a tile, as bytes: the messages that the intermediate files hold, compressed.</summary>
internal static class TileRecord
{
    /// <summary>To bytes.</summary>
    public static byte[] Write(TileCalls done)
    {
        var message = new FinishedTile
        {
            Contig = done.Tile.Contig.Index,
            Start = done.Tile.Start,
            End = done.Tile.End,
            Candidates = done.Candidates,
            SmallModelCalls = done.SmallModelCalls,
            SmallModelWithdrawn = done.SmallModelWithdrawn,
            UnphasedPartitions = done.UnphasedPartitions,
            Images = done.Images,
            Forced = done.Forced,
            Predictions = { done.Predictions },
            Blocks = { done.Blocks },
        };
        using var bytes = new MemoryStream();
        using (var packed = new ZLibStream(bytes, CompressionLevel.Fastest)) message.WriteTo(packed);
        return bytes.ToArray();
    }

    /// <summary>From bytes; null if they are not of this tile.</summary>
    public static TileCalls? Read(ArraySegment<byte> bytes, Tile tile)
    {
        FinishedTile message;
        try
        {
            using var packed = new ZLibStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count), CompressionMode.Decompress);
            message = FinishedTile.Parser.ParseFrom(packed);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            return null;
        }

        if ((message.Contig, message.Start, message.End) != (tile.Contig.Index, tile.Start, tile.End)) return null;
        return new TileCalls(tile, [.. message.Predictions], [.. message.Blocks], message.Candidates, message.SmallModelCalls, message.SmallModelWithdrawn, message.UnphasedPartitions, message.Images, message.Forced, 0, 0) { IsTakenOver = true };
    }
}
