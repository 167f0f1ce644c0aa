using System.Globalization;
using Shrike.Core;
using Shrike.Formats;
using Shrike.Formats.Safetensors;
using Shrike.Inference.Cpu;
using Shrike.Inference.Models;
using Shrike.Inference.Networks;
using Shrike.Training.Data;
using Shrike.Training.Trainer;
using TorchSharp;

namespace Shrike.Training.Tests.Trainer;

/// <summary>The trainer on small made-up pileups.</summary>
[Collection(TorchTests.Name)]
public sealed class NetworkTrainerTests
{
    private const int Height = 30;
    private const int Width = 61;
    private static readonly int[] Channels = ChannelNames.Parse("BASE_CHANNELS,insert_size");
    private static readonly Network Small = RowNet.Build(Height, Width, Channels.Length, embedding: 16);

    public NetworkTrainerTests() => TorchLoader.Load();

    /// <summary>Pileups whose label shows in how many reads have another base in the middle column.</summary>
    private static IEnumerable<LabelledImage> Pileups(int count, int seed)
    {
        var random = new Random(seed);
        byte[] letters = [250, 180, 100, 30];
        for (int n = 0; n < count; n++)
        {
            int label = n % 3;
            var reference = new byte[Width];
            for (int c = 0; c < Width; c++) reference[c] = letters[random.Next(4)];
            int reads = random.Next(10, Height - 5);
            var rows = new byte[(5 + reads) * Width * Channels.Length];
            for (int r = 0; r < 5 + reads; r++)
            {
                bool supports = r >= 5 && random.NextDouble() < (label switch { 0 => 0.02, 1 => 0.5, _ => 0.98 });
                byte strand = random.Next(2) == 0 ? (byte)70 : (byte)240;
                for (int c = 0; c < Width; c++)
                {
                    Span<byte> pixel = rows.AsSpan(((r * Width) + c) * Channels.Length, Channels.Length);
                    bool differs = supports && c == Width / 2;
                    pixel[0] = differs ? letters[(Array.IndexOf(letters, reference[c]) + 1) % 4] : reference[c];
                    (pixel[1], pixel[2], pixel[3]) = ((byte)random.Next(180, 255), 254, r < 5 ? (byte)70 : strand);
                    (pixel[4], pixel[5], pixel[6]) = (supports ? (byte)254 : (byte)152, differs ? (byte)254 : (byte)50, (byte)(r < 5 ? 0 : 100));
                }
            }

            yield return new LabelledImage((byte)label, VariantKind.Snp, rows);
        }
    }

    private static string[] Written(string path, IEnumerable<LabelledImage> images)
    {
        using FileStream file = File.Create(path);
        foreach (LabelledImage image in images) image.Write(file);
        return [path];
    }

    [Fact]
    public void ItLearnsAndGoesOnExactlyWhereItStopped()
    {
        using var folder = TestData.Temporary();
        ValidationSet[] sets = [new("held", Written(folder["held.images"], Pileups(300, 2)))];
        var options = new TrainerOptions { Epochs = 4, BatchSize = 32, ValidateEvery = 40, LogEvery = 10, WarmUp = 10, Averaging = 0.95, Threads = 1, CheckpointFolder = folder["whole"] };
        TrainingResult whole = Train(options, CancellationToken.None, _ => { });
        Assert.Equal(4 * (1500 / 32), whole.Steps);
        double accuracy = Accuracy(whole.Weights, Pileups(300, 3));
        Assert.True(accuracy > 0.9, $"{accuracy:P1} of other images are right: {whole.Report}");
        Assert.Contains("held: 300 images", whole.Report, StringComparison.Ordinal);
        string[] curve = File.ReadAllLines(Path.Combine(folder["whole"], "curve.csv"));
        Assert.StartsWith("step,learning_rate,training_loss,held_loss,held_accuracy,held_snp_0,held_snp_1,held_snp_2,held_insertion_0,", curve[0], StringComparison.Ordinal);
        Assert.Equal(1 + 5, curve.Length);
        string[] last = curve[^1].Split(',');
        Assert.All(last[5..8], share => Assert.InRange(double.Parse(share, CultureInfo.InvariantCulture), 0.8, 1));
        Assert.All(last[8..], share => Assert.Empty(share));
        Assert.All(new[] { "curve.png", "calibration.png" }, picture =>
        {
            byte[] png = File.ReadAllBytes(Path.Combine(folder["whole"], picture));
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
            Assert.True(png.Length > 10_000, $"{picture} has {png.Length} bytes");
        });

        // Interrupted in the second epoch, neither at a validation nor at a run of batches.
        using var stop = new CancellationTokenSource();
        options = options with { CheckpointFolder = folder["parts"] };
        Assert.Throws<OperationCanceledException>(() => Train(options, stop.Token, line =>
        {
            if (line.StartsWith("step 70/", StringComparison.Ordinal)) stop.Cancel();
        }));
        Assert.EndsWith("step-000000070", Assert.Single(Directory.GetDirectories(folder["parts"])), StringComparison.Ordinal);
        TrainingResult rest = Train(options with { Resume = true }, CancellationToken.None, _ => { });
        Assert.Equal(whole.Weights.Keys.Order(), rest.Weights.Keys.Order());
        Assert.All(whole.Weights, w => Assert.Equal(w.Value.Values, rest.Weights[w.Key].Values));
        Assert.Equal(curve, File.ReadAllLines(Path.Combine(folder["parts"], "curve.csv")));

        var other = Assert.Throws<ShrikeException>(() => Train(options with { Resume = true, LearningRate = 1e-3 }, CancellationToken.None, _ => { }));
        Assert.Contains("other data or settings", other.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, other.ExitCode);

        var moreImages = Assert.Throws<ShrikeException>(() => Train(options with { Resume = true }, CancellationToken.None, _ => { }, seed: 8));
        Assert.Contains("of checksum", moreImages.Message, StringComparison.Ordinal);

        var lost = Assert.Throws<ShrikeException>(() => Train(options, CancellationToken.None, _ => { }));
        Assert.Contains("give --resume to go on with it", lost.Message, StringComparison.Ordinal);

        TrainingResult Train(TrainerOptions o, CancellationToken token, Action<string> log, int seed = 1)
        {
            using var images = new ShuffledImages(folder["shuffled"], Pileups(1500, seed), 0, o.Seed);
            return new NetworkTrainer(Small, Channels, null, o, log).Train(images, sets, token);
        }
    }

    [Theory]
    [InlineData("gpu", ExitCode.Usage)]
    [InlineData("cuda:x", ExitCode.Usage)]
    [InlineData("cuda:", ExitCode.Usage)]
    [InlineData("cuda", ExitCode.DeviceUnavailable)]
    [InlineData("cuda:99", ExitCode.DeviceUnavailable)]
    public void ADeviceThatIsNotThereIsSaid(string device, ExitCode exit)
    {
        if (device == "cuda" && torch.cuda.is_available()) Assert.Skip("there is a GPU");
        var e = Assert.Throws<ShrikeException>(() => new NetworkTrainer(Small, Channels, null, new TrainerOptions { Device = device }, _ => { }));
        Assert.StartsWith($"--device {(exit == ExitCode.Usage ? "is " : "")}{device}", e.Message, StringComparison.Ordinal);
        Assert.Equal(exit, e.ExitCode);
    }

    [Fact]
    public void ItLearnsInBFloat()
    {
        using var folder = TestData.Temporary();
        using var images = new ShuffledImages(folder["shuffled"], Pileups(1200, 1), 0, 1);
        var options = new TrainerOptions { Epochs = 4, BatchSize = 32, WarmUp = 10, Averaging = 0.95, Threads = 1, BFloat = true };
        TrainingResult result = new NetworkTrainer(Small, Channels, null, options, _ => { }).Train(images, [], CancellationToken.None);
        double accuracy = Accuracy(result.Weights, Pileups(300, 3));
        Assert.True(accuracy > 0.85, $"{accuracy:P1} of other images are right");
    }

    [Fact]
    public void ItStopsEarlyWithTheBestWeights()
    {
        // Labels that nothing explains: validation cannot get better for long.
        using var folder = TestData.Temporary();
        var random = new Random(5);
        LabelledImage[] noise = [.. Pileups(400, 4).Select(i => i with { Label = (byte)random.Next(3) })];
        ValidationSet[] sets = [new("held", Written(folder["held.images"], noise[200..]))];
        var options = new TrainerOptions { Epochs = 100, BatchSize = 20, ValidateEvery = 10, Patience = 2, WarmUp = 1, LearningRate = 5e-3, Averaging = 0.5, Threads = 1, Calibrate = false, CheckpointFolder = folder["state"] };
        using var images = new ShuffledImages(folder["shuffled"], noise[..200], 0, 1);
        var losses = new List<string>();
        TrainingResult result = new NetworkTrainer(Small, Channels, null, options, losses.Add).Train(images, sets, CancellationToken.None);
        Assert.InRange(result.Steps, 30, 900);
        Assert.Contains(losses, l => l.StartsWith("stopped: no better for 2 validations", StringComparison.Ordinal));

        // What stopped stays stopped: resuming only finishes.
        TrainingResult again = new NetworkTrainer(Small, Channels, null, options with { Resume = true }, _ => { }).Train(images, sets, CancellationToken.None);
        Assert.Equal(result.Steps, again.Steps);
        Assert.All(result.Weights, w => Assert.Equal(w.Value.Values, again.Weights[w.Key].Values));
        Checkpoint.Delete(folder["state"]);
        Checkpoint.RequireNone(folder["state"]);
    }

    [Fact]
    public void ATrainingThatDivergesSaysSo()
    {
        using var folder = TestData.Temporary();
        using var images = new ShuffledImages(folder["shuffled"], Pileups(400, 1), 0, 1);
        var options = new TrainerOptions { Epochs = 20, BatchSize = 20, WarmUp = 0, LearningRate = 1e30, LogEvery = 5, Threads = 1 };
        var e = Assert.Throws<ShrikeException>(() => new NetworkTrainer(Small, Channels, null, options, _ => { }).Train(images, [], CancellationToken.None));
        Assert.Contains("diverged before step", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyValidationSetIsRefused()
    {
        using var folder = TestData.Temporary();
        ValidationSet[] sets = [new("held", Written(folder["none.images"], []))];
        using var images = new ShuffledImages(folder["shuffled"], Pileups(100, 1), 0, 1);
        var e = Assert.Throws<ShrikeException>(() => new NetworkTrainer(Small, Channels, null, new TrainerOptions { BatchSize = 20, Epochs = 1, Threads = 1 }, _ => { }).Train(images, sets, CancellationToken.None));
        Assert.Equal($"{folder["none.images"]}: holds no image to validate on", e.Message);
    }

    [Fact]
    public void AStartIsTakenOverAndChannelsByTheirPlace()
    {
        var random = new Random(9);
        Network six = RowNet.Build(Height, Width, 6, embedding: 16);
        Dictionary<string, Tensor> weights = six.Weights().ToDictionary(w => w.Name, w => new Tensor(w.Shape, [.. Enumerable.Range(0, (int)Tensor.Size(w.Shape)).Select(_ => (float)random.NextDouble())]));
        var same = new TorchNetwork(six, 1);
        same.Set(weights);
        Assert.Equal(weights["row1.weight"].Values, TorchNetwork.Export(new Dictionary<string, torch.Tensor> { ["w"] = same.Weights["row1.weight"] })["w"].Values);
        var seven = new TorchNetwork(Small, 1);
        seven.Set(weights);
        Assert.Equal(weights["row1.weight"].Values[..(6 * 9)], seven.Weights["row1.weight"].detach()[0].narrow(0, 0, 6).contiguous().data<float>().ToArray());
        weights.Remove("mix.bias");
        Assert.Contains("has no mix.bias", Assert.Throws<ShrikeException>(() => same.Set(weights)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AWiderNetworkBeginsAsTheOneItStartsFrom()
    {
        var narrow = new TorchNetwork(Small, 5);
        Dictionary<string, Tensor> weights = TorchNetwork.Export(narrow.Weights.ToDictionary(w => w.Key, w => (torch.Tensor)w.Value));
        var wide = new TorchNetwork(RowNet.Build(Height, Width, Channels.Length, embedding: 16, rowFilters: [40, 48, 80]), 6);
        wide.Set(weights);
        foreach (LabelledImage image in Pileups(20, 6))
        {
            using torch.Tensor images = torch.tensor(image.Rows, [1, image.Rows.Length / (Width * Channels.Length), Width, Channels.Length]);
            using torch.Tensor before = narrow.Forward(images), after = wide.Forward(images);
            Assert.Equal(before.data<float>().ToArray(), after.data<float>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-4);
        }

        // The further filters can learn: they hear the image and those after them.
        byte[] rows = Pileups(1, 6).Single().Rows;
        using torch.Tensor batch = torch.tensor(rows, [1, rows.Length / (Width * Channels.Length), Width, Channels.Length]);
        using torch.Tensor loss = wide.Forward(batch, isTraining: true).sum();
        loss.backward();
        Assert.True(wide.Weights["row2.weight"].grad!.narrow(1, 32, 8).abs().max().item<float>() > 0);
        Assert.Contains("row1.weight", Assert.Throws<ShrikeException>(() => narrow.Set(TorchNetwork.Export(wide.Weights.ToDictionary(w => w.Key, w => (torch.Tensor)w.Value)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyRowsChangeNothing()
    {
        var model = new TorchNetwork(Small, 3);
        foreach (LabelledImage image in Pileups(20, 6))
        {
            float[] Values(int rows)
            {
                var bytes = new byte[rows * Width * Channels.Length];
                image.Rows.CopyTo(bytes, 0);
                using torch.Tensor values = model.Forward(torch.tensor(bytes, [1, rows, Width, Channels.Length]));
                return values.data<float>().ToArray();
            }

            float[] tight = Values(image.Rows.Length / (Width * Channels.Length));
            float[] whole = Values(Height);
            for (int c = 0; c < 3; c++) Assert.Equal(tight[c], whole[c], 2e-5f);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APackageGivesTheProbabilitiesOfTheTrainer(bool inception)
    {
        using var folder = TestData.Temporary();
        Network network = inception ? InceptionV3.Build(height: 75, width: 75, channels: Channels.Length) : Small;

        // The trainer chooses threads that do not show in the values.
        _ = new NetworkTrainer(network, Channels, null, new TrainerOptions { Threads = 2 }, _ => { });
        var model = new TorchNetwork(network, 4);
        ModelPackage.Save(
            folder["package"],
            new ModelDescription { Name = "test", Version = "1", Shape = network.InputShape, Channels = Channels, Network = network },
            TorchNetwork.Export(model.Weights.ToDictionary(w => w.Key, w => (torch.Tensor)w.Value)));
        ModelPackage package = ModelPackage.Load(folder["package"]);
        int bytes = network.InputShape.Aggregate(1, (n, d) => n * d);
        var images = new byte[3 * bytes];
        new Random(8).NextBytes(images);
        var probabilities = new float[9];
        using (var backend = new OnnxBackend(package.Description.Network, package.Weights, batchSize: 3)) backend.Run(images, 3, probabilities);
        using DisposeScope scope = torch.NewDisposeScope();
        float[] expected = model.Forward(torch.tensor(images, [3, .. network.InputShape.Select(d => (long)d)])).softmax(1).contiguous().data<float>().ToArray();
        for (int i = 0; i < 9; i++) Assert.Equal(expected[i], probabilities[i], 1e-5f);
    }

    [Fact]
    public void BatchNormsLearnTheirStatistics()
    {
        Network network = InceptionV3.Build(height: 75, width: 75, channels: Channels.Length);
        var model = new TorchNetwork(network, 4);
        string mean = network.Weights().First(w => w.Name.EndsWith(".mean", StringComparison.Ordinal)).Name;
        Assert.False(model.Trainable.ContainsKey(mean));
        float before = model.Weights[mean].abs().sum().item<float>();
        var images = new byte[4 * 75 * 75 * Channels.Length];
        new Random(8).NextBytes(images);
        using torch.Tensor values = model.Forward(torch.tensor(images, [4, 75, 75, Channels.Length]), isTraining: true);
        Assert.Equal(0, before);
        Assert.True(model.Weights[mean].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void ATemperatureMakesProbabilitiesAsSureAsTheyAreRight()
    {
        using var folder = TestData.Temporary();
        ValidationSet set = new("held", Written(folder["held.images"], Pileups(200, 12)));
        Validation result = Validation.Run(new TorchNetwork(Small, 5), Small, set);
        double best = Validation.BestTemperature([result]);
        Assert.True(result.Loss(best) <= result.Loss() + 1e-12);
        Assert.True(result.Loss(best) <= Math.Min(result.Loss(best * 1.1), result.Loss(best / 1.1)) || best is < 0.31 or > 2.9);
    }

    private static double Accuracy(Dictionary<string, Tensor> weights, IEnumerable<LabelledImage> images)
    {
        LabelledImage[] all = [.. images];
        int bytes = Height * Width * Channels.Length;
        var data = new byte[all.Length * bytes];
        for (int i = 0; i < all.Length; i++) all[i].Rows.CopyTo(data, i * bytes);
        var probabilities = new float[all.Length * 3];
        using var backend = new OnnxBackend(Small, weights, batchSize: 16);
        backend.Run(data, all.Length, probabilities);
        return all.Where((image, i) => probabilities[(i * 3) + image.Label] > 0.5f).Count() / (double)all.Length;
    }
}
