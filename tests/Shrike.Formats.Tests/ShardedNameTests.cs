namespace Shrike.Formats.Tests;

public sealed class ShardedNameTests
{
    [Theory]
    [InlineData("foo@3", "foo-00000-of-00003")]
    [InlineData("foo@3.gz", "foo-00000-of-00003.gz")]
    [InlineData("d/make_examples.tfrecord@14.gz", "d/make_examples.tfrecord-00000-of-00014.gz")]
    [InlineData("x.tfrecord.gz@3", "x.tfrecord.gz-00000-of-00003")]
    [InlineData("a@2b@3", "a@2b-00000-of-00003")]
    [InlineData("foo@010.x", "foo-00000-of-00010.x")]
    [InlineData("foo@3bar", "foo-00000-of-00003")]
    [InlineData("foo@0", "foo@0")]
    [InlineData("foo@123456.x", "foo-000000-of-123456.x")]
    public void FirstShardOfASpec(string spec, string first) => Assert.Equal(first, ShardedName.Expand(spec)[0]);

    [Fact]
    public void PatternsReplaceTheIndex() => Assert.Equal("foo-?????-of-00003.gz", ShardedName.Pattern("foo@3.gz"));

    [Theory]
    [InlineData("/t/make_examples.tfrecord-00003-of-00014.gz", "/t/make_examples_call_variant_outputs.tfrecord-00003-of-00014.gz")]
    [InlineData("g.calling_examples.tfrecord.gz-00001-of-00003", "g_call_variant_outputs.calling_examples.tfrecord.gz-00001-of-00003")]
    [InlineData("my.sample.examples.tfrecord.gz", "my_call_variant_outputs.sample.examples.tfrecord.gz")]
    public void TagsGoIntoTheFirstPiece(string path, string tagged) => Assert.Equal(tagged, ShardedName.WithTag(path, "call_variant_outputs"));

    [Theory]
    [InlineData("x.tfrecord.gz", true)]
    [InlineData("x.tfrecords@3.gz", true)]
    [InlineData("x.tfrecord.gz-00000-of-00003", true)]
    [InlineData("x.bam", false)]
    [InlineData("tfrecord", false)]
    public void ExamplesNeedTheirEnding(string path, bool accepted) => Assert.Equal(accepted, ShardedName.HasExamplesExtension(path));

    [Fact]
    public void EveryShardOfASpecMustBeThere()
    {
        using var folder = TestData.Temporary();
        foreach (int shard in new[] { 0, 2 }) File.WriteAllText(folder[$"x.tfrecord-0000{shard}-of-00003.gz"], "");
        foreach (Func<string, string[]> resolve in new Func<string, string[]>[] { ShardedName.Resolve, ShardedName.ResolvePredictions })
        {
            Shrike.Core.ShrikeException e = Assert.Throws<Shrike.Core.ShrikeException>(() => resolve(folder["x.tfrecord@3.gz"]));
            Assert.Contains("shard 1 of 3 is missing", e.Message, StringComparison.Ordinal);
        }

        File.WriteAllText(folder["x.tfrecord-00001-of-00003.gz"], "");
        Assert.Equal(3, ShardedName.Resolve(folder["x.tfrecord@3.gz"]).Length);
    }

    [Fact]
    public void APlainNameOfStageThreeIsItsShardsOrElseTheFile()
    {
        using var folder = TestData.Temporary();
        string path = folder["x.tfrecord.gz"];
        string message = Assert.Throws<Shrike.Core.ShrikeException>(() => ShardedName.ResolvePredictions(path)).Message;
        Assert.Equal($"{path}: no such file, and no shards of it ({folder["x-*-of-*.tfrecord.gz"]})", message);
        File.WriteAllText(path, "");
        Assert.Equal([path], ShardedName.ResolvePredictions(path));
        File.WriteAllText(folder["x-00000-of-00001.tfrecord.gz"], "");
        Assert.Equal([folder["x-00000-of-00001.tfrecord.gz"]], ShardedName.ResolvePredictions(path));
    }
}
