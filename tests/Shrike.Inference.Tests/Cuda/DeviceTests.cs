using System.Runtime.CompilerServices;
using Shrike.Core;
using Shrike.Inference.Cuda;
using Shrike.Inference.Cuda.Kernels;
using Shrike.Inference.Cuda.Native;
using Shrike.Inference.Models;

namespace Shrike.Inference.Tests.Cuda;

public sealed class DeviceTests
{
    private static readonly CudaDevice Card = new(0, "NVIDIA H100", 90, 80L << 30, 132);

    private static CudaInventory With(params CudaDevice[] devices) => new(devices, null, 13_000, "libcuda.so.1", "libnvrtc.so.13");

    private static CudaInventory Without(string why) => new([], why, 0, null, null);

    [Fact]
    public void AutoFallsBackOnlyWhereThereIsNoUsableGpuAndSaysWhy()
    {
        DeviceChoice none = DeviceChoice.Parse("auto", () => Without("libcuda.so.1 was not found"));
        Assert.Empty(none.Gpus);
        Assert.Contains("libcuda.so.1 was not found", none.Reason, StringComparison.Ordinal);
        DeviceChoice one = DeviceChoice.Parse("auto", () => With(Card with { Capability = 75 }, Card with { Index = 1 }));
        Assert.Equal([1], one.Gpus);
        Assert.Contains("NVIDIA H100", one.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    [InlineData("cuda:0,cuda:1")]
    public void CudaNeverFallsBack(string device)
    {
        var e = Assert.Throws<ShrikeException>(() => DeviceChoice.Parse(device, () => Without("no driver")));
        Assert.Equal(ExitCode.DeviceUnavailable, e.ExitCode);
        Assert.Contains("no driver", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsAreChecked()
    {
        Assert.Equal([1, 0], DeviceChoice.Parse("cuda:1,cuda", () => With(Card, Card with { Index = 1 })).Gpus);
        Assert.Empty(DeviceChoice.Parse("CPU", () => throw new InvalidOperationException("not asked")).Gpus);
        Assert.Equal(ExitCode.DeviceUnavailable, Assert.Throws<ShrikeException>(() => DeviceChoice.Parse("cuda:3", () => With(Card))).ExitCode);
        foreach (string wrong in new[] { "gpu", "cuda:-1", "cuda:x", "cuda,cuda:0", "", "auto,cpu" }) Assert.Equal(ExitCode.Usage, Assert.Throws<ShrikeException>(() => DeviceChoice.Parse(wrong, () => With(Card))).ExitCode);
    }

    [Fact]
    public void TheInventoryNeverThrowsAndAFailedCallNamesCallDeviceAndCure()
    {
        CudaInventory found = CudaDevices.Inventory;
        Assert.True(found.Problem is not null || found.Devices.Any(d => d.Usable));
        string message = CudaStatus.Failure(2, "cuda:0", "CudaDriver.cuMemAlloc_v2(out ulong p, 1)").Message;
        Assert.StartsWith("cuda:0: cuMemAlloc_v2 failed: ", message, StringComparison.Ordinal);
        Assert.Contains("free memory of the GPU", message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTileIsInTheSource()
    {
        foreach (ConvolutionTile tile in ConvolutionTile.All)
        {
            string line = KernelLibrary.Source.Split('\n').Single(l => l.StartsWith($"CONVOLUTION({tile.M}, {tile.N}, ", StringComparison.Ordinal));
            int[] n = [.. line["CONVOLUTION(".Length..].TrimEnd(')').Split(", ").Select(int.Parse)];
            Assert.Equal(tile.Threads, n[0] / n[2] * (n[1] / n[3]) * 32);
            Assert.Equal(tile.Stages, n[4]);
            Assert.Equal(0, (n[2] % 16) + (n[3] % 8) + (n[0] % (tile.Threads / 4)));
            Assert.True(tile.SharedBytes <= 99 * 1024);
        }
    }

    [Fact]
    public void ArgumentsAreLaidOutAsInTheSource()
    {
        // Pointers first, then 32-bit numbers, rounded up to eight bytes: as many as the source declares.
        int Numbers(string name, int pointers)
        {
            string body = KernelLibrary.Source.Split($"struct {name}\n{{")[1].Split("};")[0];
            return (pointers * 8) + (4 * body.Split('\n').Where(l => l.TrimStart().StartsWith("int ", StringComparison.Ordinal)).Sum(l => l.Split(',').Count(n => n.Trim().Length > 0)));
        }

        Assert.Equal(24, Unsafe.SizeOf<SegmentArguments>());
        Assert.Equal((Numbers("ConvArgs", 3) + (4 * 24) + 7) / 8 * 8, Unsafe.SizeOf<ConvolutionArguments>());
        Assert.Equal(Numbers("PoolArgs", 2), Unsafe.SizeOf<PoolArguments>());
        Assert.Equal(Numbers("ViewArgs", 3), Unsafe.SizeOf<ViewArguments>());
        Assert.Equal((Numbers("PaintArgs", 7) + 7) / 8 * 8, Unsafe.SizeOf<PaintArguments>());
        Assert.Equal(24, Unsafe.SizeOf<CompactRow>());
        Assert.Equal(12, Unsafe.SizeOf<RowSpan>());
    }

    [Fact]
    public void BFloatRoundsToNearestEven()
    {
        Assert.Equal(0x3f80, PlanLauncher.BFloat(1f));
        Assert.Equal(0x3f80, PlanLauncher.BFloat(BitConverter.UInt32BitsToSingle(0x3f808000)));
        Assert.Equal(0x3f82, PlanLauncher.BFloat(BitConverter.UInt32BitsToSingle(0x3f818000)));
    }

    [Fact]
    public void TheSelfCheckSeesAWrongDevice()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var network = Shrike.Inference.Networks.RowNet.Build(height: 20, width: 61);
            ModelPackage.Save(folder, new ModelDescription { Name = "t", Version = "1", Shape = [20, 61, 7], Channels = [1, 2, 3, 4, 5, 6, 19], Network = network }, NetworkTests.RandomWeights(network, 3));
            ModelPackage model = ModelPackage.Load(folder);
            using var right = new Inference.Cpu.OnnxBackend(network, model.Weights, 2);
            Assert.True(SharedGpus.Difference(right, model) <= 1e-5f);
            Assert.True(SharedGpus.Difference(new Echo(), model) > SharedGpus.Bound);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Answers each image with its first byte.</summary>
    private sealed class Echo : INetworkBackend
    {
        public int BatchSize => 64;

        public void Run(ReadOnlySpan<byte> images, int count, Span<float> probabilities)
        {
            for (int i = 0; i < count; i++) probabilities[i * 2] = images[i * (images.Length / count)];
        }

        public void Dispose()
        {
        }
    }
}
