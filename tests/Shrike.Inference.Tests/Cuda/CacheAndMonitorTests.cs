using System.Text;
using Shrike.Inference.Cuda;
using Shrike.Inference.Cuda.Planning;
using Shrike.Inference.Networks;

namespace Shrike.Inference.Tests.Cuda;

public sealed class CacheAndMonitorTests
{
    private static readonly CudaDevice Card = new(0, "NVIDIA H100", 90, 80L << 30, 132);

    private static DevicePlan Plan(int embedding = 16)
    {
        Network network = RowNet.Build(height: 20, width: 61, embedding: embedding);
        return PlanCompiler.Compile(network, NetworkTests.RandomWeights(network, 3));
    }

    [Fact]
    public void MeasuredChoicesComeBackAndDamagedOnesDoNot()
    {
        DevicePlan plan = Plan();
        List<KernelChoice> choices = [.. plan.Steps.OfType<ConvolutionStep>().Select((s, i) => new KernelChoice(s.Name, i % 2 == 0 ? "convolve_128x64" : "convolve_64x64", 0.25f + i))];
        Assert.True(choices.Count > 1);
        byte[] text = TuningRecord.Write(choices);
        Assert.Equal(choices, TuningRecord.Read(text, plan));
        Assert.Null(TuningRecord.Read(text.AsSpan(0, text.Length / 2), plan));
        Assert.Null(TuningRecord.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("convolve_64x64", "convolve_1x1", StringComparison.Ordinal)), plan));
        Assert.Null(TuningRecord.Read([], plan));
        Assert.Null(TuningRecord.Read([0xff, 0, 9, 9, 9], plan));
        byte[] reversed = TuningRecord.Write(Enumerable.Reverse(choices));
        Assert.Null(TuningRecord.Read(reversed, plan));
    }

    [Fact]
    public void TheKeyTellsApartWhatMatters()
    {
        string[] keys =
        [
            TuningRecord.Key(Card, 13_000, Plan(), 512, false),
            TuningRecord.Key(Card with { Name = "NVIDIA A100" }, 13_000, Plan(), 512, false),
            TuningRecord.Key(Card, 12_080, Plan(), 512, false),
            TuningRecord.Key(Card, 13_000, Plan(32), 512, false),
            TuningRecord.Key(Card, 13_000, Plan(), 256, false),
            TuningRecord.Key(Card, 13_000, Plan(), 512, true),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], TuningRecord.Key(Card with { Index = 3 }, 13_000, Plan(), 512, false));
    }

    [Fact]
    public void TheCacheKeepsWholeFilesAndDoesWithoutWhereItCannotWrite()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string? before = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        try
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder);
            Assert.Null(CudaCache.Read("tuning", "a.tsv"));
            CudaCache.Write("tuning", "a.tsv", [1, 2, 3]);
            Assert.Equal([1, 2, 3], CudaCache.Read("tuning", "a.tsv"));
            Assert.Equal(["a.tsv"], Directory.GetFiles(Path.Combine(folder, "shrike", "tuning")).Select(f => Path.GetFileName(f)));

            // A file where the folder should be.
            string blocked = Path.Combine(folder, "blocked");
            File.WriteAllText(blocked, "");
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", blocked);
            CudaCache.Write("tuning", "b.tsv", [1]);
            Assert.Null(CudaCache.Read("tuning", "b.tsv"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", before);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void TheMonitorKeepsMeansAndTheMostMemory()
    {
        var samples = new Queue<GpuSample?>([new(40, 1L << 30, 200), null, new(80, 3L << 30, 400), new(60, 2L << 30, 300)]);
        using var seen = new ManualResetEventSlim();
        using var monitor = new GpuMonitor(
            () =>
            {
                if (samples.TryDequeue(out GpuSample? sample)) return sample;
                seen.Set();
                return null;
            },
            TimeSpan.FromMilliseconds(1));
        Assert.True(seen.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(new GpuSample(60, 3L << 30, 300), monitor.Summary);
        Assert.Equal("driver: utilisation 60 %, 3.0 GiB in use, 300 W", GpuMonitor.Words(monitor.Summary));
        Assert.Equal("cuda:1: 1000 images, kernels busy 75 % of 4.0 s; no samples of the driver", SharedGpus.Line(1, 1000, 3, 4, null));
    }

    [Fact]
    public void WithoutTheDriversLibraryNothingIsWatched()
    {
        if (GpuMonitor.Library is not null) Assert.Skip("this machine has NVIDIA's management library");
        Assert.Null(GpuMonitor.Watch(Card));
    }
}
