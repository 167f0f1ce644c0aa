using Google.Protobuf;
using Shrike.Formats.Examples;
using Shrike.Formats.Messages;
using Shrike.Formats.TfRecord;

namespace Shrike.Conformance;

/// <summary>Record-for-record comparison with reference outputs; the first difference is the message.</summary>
internal static class Compare
{
    public static void Variants(string expectedPath, string actualPath) =>
        Messages(Read(expectedPath, Variant.Parser), Read(actualPath, Variant.Parser), v => $"{v.ReferenceName}:{v.Start + 1}");

    public static void Candidates(string expectedPath, string actualPath) => Messages(
        [.. Read(expectedPath, DeepVariantCall.Parser).Select(Sorted)],
        [.. Read(actualPath, DeepVariantCall.Parser).Select(Sorted)],
        c => $"{c.Variant.ReferenceName}:{c.Variant.Start + 1}");

    public static void Examples(string expectedPath, string actualPath)
    {
        using var expected = new TfRecordReader(expectedPath);
        using var actual = new TfRecordReader(actualPath);
        int number = 0;
        while (expected.Read())
        {
            number++;
            Assert.True(actual.Read(), $"only {number - 1} examples");
            Example a = expected.Parse(Example.Parser);
            Example b = actual.Parse(Example.Parser);
            string where = a.Features.Feature["locus"].BytesList.Value[0].ToStringUtf8();
            Assert.Equal(a.Features.Feature.Keys.Order(), b.Features.Feature.Keys.Order());
            foreach ((string name, Feature feature) in a.Features.Feature)
            {
                if (name == "variant/encoded") Assert.Equal(Variant.Parser.ParseFrom(feature.BytesList.Value[0]), Variant.Parser.ParseFrom(b.Features.Feature[name].BytesList.Value[0]));
                else if (name == "image/encoded") SameImage(feature.BytesList.Value[0].Span, b.Features.Feature[name].BytesList.Value[0].Span, a, where);
                else Assert.True(feature.Equals(b.Features.Feature[name]), $"example {number} at {where}: {name} differs");
            }
        }

        Assert.False(actual.Read(), "more examples than expected");
        Assert.True(number > 0);
        Assert.Equal(File.ReadAllText(ExampleInfo.PathFor(expectedPath)), File.ReadAllText(ExampleInfo.PathFor(actualPath)));
    }

    public static void Messages<T>(List<T> expected, List<T> actual, Func<T, string> where)
        where T : IMessage<T>
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            Assert.True(expected[i].Equals(actual[i]), $"record {i + 1} at {where(expected[i])}:\nexpected {expected[i]}\nactual   {actual[i]}");
        }

        Assert.Equal(expected.Count, actual.Count);
        Assert.NotEmpty(expected);
    }

    public static List<T> Read<T>(string path, MessageParser<T> parser)
        where T : IMessage<T> => [.. TfRecordReader.ReadAll(path, parser)];

    /// <summary>Read lists are sets: the original's order is that of a hash table.</summary>
    private static DeepVariantCall Sorted(DeepVariantCall call)
    {
        static void Sort<T>(Google.Protobuf.Collections.RepeatedField<T> field, Func<T, string> key)
        {
            T[] sorted = [.. field.OrderBy(key, StringComparer.Ordinal)];
            field.Clear();
            field.AddRange(sorted);
        }

        foreach (var support in call.AlleleSupport.Values) Sort(support.ReadNames, n => n);
        foreach (var support in call.AlleleSupportExt.Values) Sort(support.ReadInfos, r => r.ReadName);
        Sort(call.RefSupport, n => n);
        if (call.RefSupportExt is { } reference) Sort(reference.ReadInfos, r => r.ReadName);
        return call;
    }

    private static void SameImage(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, Example example, string where)
    {
        int at = expected.CommonPrefixLength(actual);
        if (at == expected.Length && at == actual.Length) return;
        var shape = example.Features.Feature["image/shape"].Int64List.Value;
        (long w, long c) = (shape[1], shape[2]);
        Assert.Fail($"image at {where}: first difference at row {at / (w * c)}, column {at / c % w}, channel {at % c} (of {c}); expected {expected[Math.Min(at, expected.Length - 1)]}");
    }
}
