using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;

namespace Shrike.Conformance.Phasing;

/// <summary>Compares examples whose images have fewer channels than the reference's: those there are come first in both.</summary>
internal static class CompareChannels
{
    /// <summary>Compares two files; returns the number of examples.</summary>
    public static int Examples(string expectedPath, string actualPath)
    {
        List<Example> expected = [.. TfRecordReader.ReadAll(expectedPath, Example.Parser)], actual = [.. TfRecordReader.ReadAll(actualPath, Example.Parser)];
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++) Same(expected[i], actual[i]);
        Assert.Equal(expected.Count, actual.Count);
        return expected.Count;
    }

    private static void Same(Example expected, Example actual)
    {
        IDictionary<string, Feature> e = expected.Features.Feature, a = actual.Features.Feature;
        string where = e["locus"].BytesList.Value[0].ToStringUtf8();
        Assert.Equal(e.Keys.Order(), a.Keys.Order());
        foreach (string name in e.Keys.Except(["variant/encoded", "image/encoded", "image/shape"])) Assert.True(e[name].Equals(a[name]), $"{where}: {name} differs");
        Variant v = Variant.Parser.ParseFrom(e["variant/encoded"].BytesList.Value[0]), w = Variant.Parser.ParseFrom(a["variant/encoded"].BytesList.Value[0]);
        Assert.True(v.Equals(w), $"{where}:\nexpected {v}\nactual   {w}");
        long[] shape = [.. e["image/shape"].Int64List.Value], own = [.. a["image/shape"].Int64List.Value];
        Assert.Equal(shape[..2], own[..2]);
        (int channels, int fewer) = ((int)shape[2], (int)own[2]);
        ReadOnlySpan<byte> image = e["image/encoded"].BytesList.Value[0].Span, ownImage = a["image/encoded"].BytesList.Value[0].Span;
        for (int pixel = 0; pixel < shape[0] * shape[1]; pixel++)
        {
            ReadOnlySpan<byte> one = image.Slice(pixel * channels, Math.Min(fewer, channels)), two = ownImage.Slice(pixel * fewer, Math.Min(fewer, channels));
            if (!one.SequenceEqual(two)) Assert.Fail($"image at {where}: first difference at row {pixel / shape[1]}, column {pixel % shape[1]}, channel {one.CommonPrefixLength(two)}");
        }
    }
}
