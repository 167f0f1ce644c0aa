using Shrike.Core;
using Shrike.Inference.Networks;
using Shrike.Training.Data;

namespace Shrike.Training.Tests.Data;

/// <summary>Labelled images from files, and what may be wrong with them.</summary>
public sealed class ImageInputsTests
{
    private static readonly Network Wgs = RowNet.Build(channels: 6);

    private static string Golden(string name) => TestData.PathOf("upstream", name);

    [Fact]
    public void PublishedTrainingExamplesAreRead()
    {
        string path = Golden("golden.training_examples.tfrecord.gz");
        LabelledImage[] images = [.. ImageInputs.Read(ImageInputs.Files(path), NetworkOf(path))];
        Assert.Equal(49, images.Length);
        Assert.Contains(images, i => i is { Label: 2, Kind: VariantKind.Snp });
        Assert.All(images, i => Assert.InRange(i.Rows.Length / (221 * NetworkOf(path).InputShape[2]), 6, 100));
    }

    [Fact]
    public void ThinningLeavesIndelsAndTheOddsOfTheLabels()
    {
        LabelledImage[] images = [.. Enumerable.Range(0, 30_000).Select(i => new LabelledImage((byte)(i % 10 < 6 ? 1 : i % 10 < 9 ? 2 : 0), (VariantKind)(i % 7 < 5 ? 0 : (i % 7) - 4), []))];
        LabelledImage[] thinned = [.. ImageInputs.Thinned(images, 0.4, seed: 5)];
        Assert.Equal(thinned, ImageInputs.Thinned(images, 0.4, seed: 5));
        Assert.Equal(images.Count(i => i.Kind != VariantKind.Snp), thinned.Count(i => i.Kind != VariantKind.Snp));
        foreach (int label in (int[])[0, 1, 2])
        {
            double before = images.Count(i => i.Kind == VariantKind.Snp && i.Label == label), after = thinned.Count(i => i.Kind == VariantKind.Snp && i.Label == label);
            Assert.InRange(after / before, 0.36, 0.44);
        }

        Assert.Equal(images, ImageInputs.Thinned(images, 1, seed: 5));
    }

    [Fact]
    public void ADatasetDescriptionNamesItsExamples()
    {
        using var folder = TestData.Temporary();
        string path = Golden("golden.training_examples.tfrecord.gz");
        File.WriteAllText(folder["set.pbtxt"], $"# class0: 1\nname: \"mine\"\ntfrecord_path: \"{path}\"\nnum_examples: 49\n");
        Assert.Equal([path], ImageInputs.Files(folder["set.pbtxt"]));
        File.WriteAllText(folder["bad.pbtxt"], "name: \"mine\"\nnum_examples: 49\n");
        Assert.Contains("has no tfrecord_path", Error(() => ImageInputs.Files(folder["bad.pbtxt"])), StringComparison.Ordinal);
        File.WriteAllText(folder["odd.pbtxt"], $"tfrecord_path: \"{path}\"\nweights: 3\n");
        File.WriteAllText(folder["line.pbtxt"], $"name: 'mine' tfrecord_path: \"{path}\"; num_examples: 49");
        Assert.Equal([path], ImageInputs.Files(folder["line.pbtxt"]));
        File.WriteAllText(folder["self.pbtxt"], $"tfrecord_path: \"{folder["self.pbtxt"]}\"\n");
        Assert.Contains("its tfrecord_path is another description", Error(() => ImageInputs.Files(folder["self.pbtxt"])), StringComparison.Ordinal);
        File.WriteAllText(folder["text.pbtxt"], $"name: \"x\"\nsome words\ntfrecord_path: \"{path}\"\n");
        Assert.Contains("is no dataset description from \"some words\" on", Error(() => ImageInputs.Files(folder["text.pbtxt"])), StringComparison.Ordinal);
        Assert.Contains("unknown field weights", Error(() => ImageInputs.Files(folder["odd.pbtxt"])), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrongIsOneLineWithFileAndRecord()
    {
        using var folder = TestData.Temporary();
        string calling = Golden("golden.calling_examples.tfrecord.gz");
        Assert.StartsWith($"{calling}: record 1: has no label", Error(() => ImageInputs.Read([calling], NetworkOf(calling)).ToArray()), StringComparison.Ordinal);

        string training = Golden("golden.training_examples.tfrecord.gz");
        Network narrow = RowNet.Build(width: 101);
        Assert.Contains("record 1: its image is 100 x 221 x", Error(() => ImageInputs.Read([training], narrow).ToArray()), StringComparison.Ordinal);

        byte[] bytes = File.ReadAllBytes(training);
        File.WriteAllBytes(folder["cut.tfrecord.gz"], bytes[..(bytes.Length / 2)]);
        Assert.NotEmpty(ImageInputs.Read([folder["cut.tfrecord.gz"]], NetworkOf(training), Formats.TfRecord.DamagedRecords.Stop));
        Assert.StartsWith(folder["cut.tfrecord.gz"], Error(() => ImageInputs.Read([folder["cut.tfrecord.gz"]], NetworkOf(training)).ToArray()), StringComparison.Ordinal);

        using (FileStream file = File.Create(folder["odd.images"])) new LabelledImage(0, VariantKind.Snp, new byte[100]).Write(file);
        Assert.StartsWith($"{folder["odd.images"]}: record 1: its 100 bytes are no rows", Error(() => ImageInputs.Read([folder["odd.images"]], Wgs).ToArray()), StringComparison.Ordinal);

        File.WriteAllBytes(folder["cut.images"], File.ReadAllBytes(folder["odd.images"])[..50]);
        Assert.Equal($"{folder["cut.images"]}: is cut off in the middle of an image", Error(() => ImageInputs.Read([folder["cut.images"]], Wgs).ToArray()));
        using (FileStream file = File.Create(folder["kind.images"])) new LabelledImage(0, (VariantKind)7, []).Write(file);
        Assert.Contains("is damaged", Error(() => ImageInputs.Read([folder["kind.images"]], Wgs).ToArray()), StringComparison.Ordinal);
        File.WriteAllText(folder["no.images"], "this is something else");
        Assert.Contains("is damaged", Error(() => ImageInputs.Read([folder["no.images"]], Wgs).ToArray()), StringComparison.Ordinal);
        Assert.Contains("no such file", Error(() => ImageInputs.Files(folder["nothing.images"])), StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfOtherChannelsOrShapesAreNamed()
    {
        using var folder = TestData.Temporary();
        foreach ((string name, string info) in new[] { ("a", "[100, 221, 7], \"channels\": [1, 2, 3, 4, 5, 6, 19]"), ("b", "[100, 221, 6], \"channels\": [1, 2, 3, 4, 5, 6]"), ("c", "[75, 221, 7], \"channels\": [1, 2, 3, 4, 5, 6, 19]") })
        {
            File.WriteAllText(folder[name + ".tfrecord.gz"], "");
            File.WriteAllText(folder[name + ".tfrecord.gz.example_info.json"], $"{{\"version\": \"1.9.0\", \"shape\": {info}}}");
        }

        string Of(params string[] names) => Error(() => ImageInputs.Info([.. names.Select(n => folder[n + ".tfrecord.gz"])])!);
        Assert.Equal(7, ImageInputs.Info([folder["a.tfrecord.gz"], folder["a.tfrecord.gz"]])!.Channels.Length);
        Assert.Contains("b.tfrecord.gz.example_info.json: has the channels", Of("a", "b"), StringComparison.Ordinal);
        Assert.Contains("c.tfrecord.gz.example_info.json: has images of 75 x 221 x 7", Of("a", "c"), StringComparison.Ordinal);
    }

    private static string Error(Func<object> action) => Assert.Throws<ShrikeException>(action).Message;

    /// <summary>A network for the images of a file: as many channels as its first image has.</summary>
    private static Network NetworkOf(string path)
    {
        using var reader = new Formats.TfRecord.TfRecordReader(path);
        Assert.True(reader.Read());
        int[] shape = Formats.Examples.PileupExampleCodec.Decode(reader.Current, path).Shape!;
        return RowNet.Build(shape[0], shape[1], shape[2]);
    }
}
