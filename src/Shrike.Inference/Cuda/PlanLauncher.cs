using Shrike.Inference.Cuda.Kernels;
using Shrike.Inference.Cuda.Native;
using Shrike.Inference.Cuda.Planning;

namespace Shrike.Inference.Cuda;

/// <summary>A plan on one GPU: weights and arena in its memory, and the launch of every step.</summary>
internal sealed unsafe class PlanLauncher : IDisposable
{
    private const uint Block = 256;

    private readonly CudaContext _gpu;
    private readonly DevicePlan _plan;
    private readonly int _batch;
    private readonly CudaHandle _arena;
    private readonly Dictionary<PlanStep, (CudaHandle Weights, CudaHandle Bias)> _weights = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ConvolutionStep, ConvolutionTile> _tiles = new(ReferenceEqualityComparer.Instance);

    public PlanLauncher(CudaContext gpu, DevicePlan plan, int batch, bool bfloat)
    {
        _gpu = gpu;
        _plan = plan;
        _batch = batch;
        _arena = gpu.Allocate(plan.ArenaBytes * batch);
        foreach (PlanStep step in plan.Steps)
        {
            if (step is ConvolutionStep c) _weights[step] = (gpu.Upload<ushort>(Narrow(c, bfloat)), gpu.Upload<float>(c.Bias));
            if (step is DenseStep d) _weights[step] = (gpu.Upload<float>(d.Weights), gpu.Upload<float>(d.Bias));
        }

        foreach (ConvolutionStep c in plan.Steps.OfType<ConvolutionStep>()) _tiles[c] = ConvolutionTile.All[2];
    }

    /// <summary>The kernel each convolution uses, by name, with its measured milliseconds for a full batch.</summary>
    public IReadOnlyList<KernelChoice> Tuning { get; private set; } = [];

    /// <summary>Puts all launches for images on a stream.</summary>
    /// <param name="images">H x W x C bytes each, in the GPU's memory.</param>
    /// <param name="count">Images, at most the batch.</param>
    /// <param name="probabilities">Receives count x classes FP32 values.</param>
    /// <param name="stream">Stream.</param>
    public void Launch(ulong images, int count, ulong probabilities, CudaHandle stream)
    {
        foreach (PlanStep step in _plan.Steps) LaunchStep(step, images, count, probabilities, stream);
    }

    /// <summary>Takes the fastest shape of the convolution kernel for every convolution of a full batch: as measured before on such a GPU, else now.</summary>
    /// <param name="stream">Stream.</param>
    /// <param name="driver">CUDA version of the driver.</param>
    /// <param name="bfloat">BF16 instead of FP16.</param>
    public void Tune(CudaHandle stream, int driver, bool bfloat)
    {
        string name = TuningRecord.Key(_gpu.Device, driver, _plan, _batch, bfloat) + ".tsv";
        if (CudaCache.Read("tuning", name) is { } known && TuningRecord.Read(known, _plan) is { } choices)
        {
            foreach ((ConvolutionStep step, KernelChoice choice) in _plan.Steps.OfType<ConvolutionStep>().Zip(choices)) _tiles[step] = ConvolutionTile.All.First(t => t.Kernel == choice.Kernel);
            Tuning = choices;
            return;
        }

        Measure(stream);
        CudaCache.Write("tuning", name, TuningRecord.Write(Tuning));
    }

    private void Measure(CudaHandle stream)
    {
        const int Repeats = 3;
        using CudaHandle begin = _gpu.Event(), end = _gpu.Event();
        var tuning = new List<KernelChoice>();
        foreach (ConvolutionStep step in _plan.Steps.OfType<ConvolutionStep>())
        {
            (ConvolutionTile Tile, float Time) best = (_tiles[step], float.MaxValue);
            foreach (ConvolutionTile tile in ConvolutionTile.All.Where(t => t.N < step.Filters + 64))
            {
                _tiles[step] = tile;
                LaunchStep(step, 0, _batch, 0, stream);
                _gpu.Check(CudaDriver.cuEventRecord(begin.Value, stream.Value));
                for (int i = 0; i < Repeats; i++) LaunchStep(step, 0, _batch, 0, stream);
                _gpu.Check(CudaDriver.cuEventRecord(end.Value, stream.Value));
                _gpu.Check(CudaDriver.cuEventSynchronize(end.Value));
                _gpu.Check(CudaDriver.cuEventElapsedTime(out float time, begin.Value, end.Value));
                if (time / Repeats < best.Time) best = (tile, time / Repeats);
            }

            _tiles[step] = best.Tile;
            tuning.Add(new KernelChoice(step.Name, best.Tile.Kernel, best.Time));
        }

        Tuning = tuning;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((CudaHandle weights, CudaHandle bias) in _weights.Values)
        {
            weights.Dispose();
            bias.Dispose();
        }

        _arena.Dispose();
    }

    private static ushort[] Narrow(ConvolutionStep c, bool bfloat)
    {
        int padded = (c.FilterLength + ConvolutionTile.K - 1) / ConvolutionTile.K * ConvolutionTile.K;
        var narrow = new ushort[c.Filters * padded];
        for (int f = 0; f < c.Filters; f++)
        {
            for (int k = 0; k < c.FilterLength; k++)
            {
                float w = c.Weights[(f * c.FilterLength) + k];
                narrow[(f * padded) + k] = bfloat ? BFloat(w) : BitConverter.HalfToUInt16Bits((Half)w);
            }
        }

        return narrow;
    }

    /// <summary>Rounded to nearest, ties to even.</summary>
    internal static ushort BFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    private ulong Address(TensorView v) => _arena.Address + (ulong)((_plan.Buffers[v.Buffer].Offset * _batch) + ((long)v.Offset * (v.Wide ? 4 : 2)));

    private int Image(TensorView v) => _plan.Buffers[v.Buffer].Elements;

    private static uint Blocks(long threads) => (uint)((threads + Block - 1) / Block);

    private void LaunchStep(PlanStep step, ulong images, int count, ulong probabilities, CudaHandle stream)
    {
        int[] shape = _plan.ImageShape;
        switch (step)
        {
            case NormaliseStep s:
                {
                    ulong y = Address(s.Output);
                    int channels = shape[2], pixel = s.Output.Pixel, pixels = count * s.Output.Cells;
                    void** p = stackalloc void*[] { &images, &y, &channels, &pixel, &pixels };
                    _gpu.Launch("normalise", Blocks(pixels), 1, Block, 0, stream, p);
                    break;
                }

            case ConvolutionStep s:
                {
                    ConvolutionTile tile = _tiles[s];
                    ConvolutionArguments a = Arguments(s, count);
                    void** p = stackalloc void*[] { &a };
                    _gpu.Launch(tile.Kernel, (uint)tile.Blocks(a.M, s.Filters), 1, (uint)tile.Threads, tile.SharedBytes, stream, p);
                    break;
                }

            case PoolStep s:
                {
                    int chunks = s.Output.Lanes / 8;
                    var a = new PoolArguments
                    {
                        X = Address(s.Input),
                        Y = Address(s.Output),
                        XPixel = s.Input.Pixel,
                        XImage = Image(s.Input),
                        YPixel = s.Output.Pixel,
                        YImage = Image(s.Output),
                        Rows = s.Input.Rows,
                        Columns = s.Input.Columns,
                        OutRows = s.Output.Rows,
                        OutColumns = s.Output.Columns,
                        Chunks = chunks,
                        KernelRows = s.Kernel[0],
                        KernelColumns = s.Kernel[1],
                        StrideRows = s.Stride[0],
                        StrideColumns = s.Stride[1],
                        Average = s.Average ? 1 : 0,
                        Relu = s.Relu ? 1 : 0,
                        Total = count * s.Output.Cells * chunks,
                    };
                    void** p = stackalloc void*[] { &a };
                    _gpu.Launch("pool", Blocks(a.Total), 1, Block, 0, stream, p);
                    break;
                }

            case CombineStep s:
                {
                    var a = new ViewArguments
                    {
                        X = Address(s.Input),
                        Other = s.Other is null ? 0 : Address(s.Other),
                        Y = Address(s.Output),
                        XPixel = s.Input.Pixel,
                        XImage = Image(s.Input),
                        OtherPixel = s.Other?.Pixel ?? 0,
                        OtherImage = s.Other is null ? 0 : Image(s.Other),
                        YPixel = s.Output.Pixel,
                        YImage = Image(s.Output),
                        Cells = s.Output.Cells,
                        Lanes = s.Output.Lanes,
                        XWide = s.Input.Wide ? 1 : 0,
                        OtherWide = s.Other is { Wide: true } ? 1 : 0,
                        YWide = s.Output.Wide ? 1 : 0,
                        OtherCells = s.Other?.Cells ?? 0,
                        Relu = s.Relu ? 1 : 0,
                        Images = count,
                    };
                    void** p = stackalloc void*[] { &a };
                    _gpu.Launch("combine", (uint)count, Math.Min(64, Blocks((long)a.Cells * a.Lanes)), Block, 0, stream, p);
                    break;
                }

            case RowMaskStep s:
                {
                    ulong y = Address(s.Output);
                    int rowBytes = shape[1] * shape[2], rows = shape[0], first = s.First, set = s.Output.Rows;
                    void** p = stackalloc void*[] { &images, &y, &rowBytes, &rows, &first, &set };
                    _gpu.Launch("row_mask", (uint)(count * set), 1, Block, 0, stream, p);
                    break;
                }

            case RowPoolStep s:
                {
                    ulong x = Address(s.Input), mask = s.Mask is null ? 0 : Address(s.Mask), y = Address(s.Output);
                    int pixel = s.Input.Pixel, image = Image(s.Input), wide = s.Input.Wide ? 1 : 0, yImage = Image(s.Output), rows = s.Input.Rows, columns = s.Input.Columns, lanes = s.Input.Lanes, mode = (int)s.Mode;
                    float scale = s.Scale;
                    void** p = stackalloc void*[] { &x, &pixel, &image, &wide, &mask, &y, &yImage, &rows, &columns, &lanes, &mode, &scale };
                    _gpu.Launch("pool_rows", (uint)count, 1, Block, 0, stream, p);
                    break;
                }

            case DenseStep s:
                {
                    ulong x = Address(s.Input), w = _weights[s].Weights.Address, bias = _weights[s].Bias.Address, y = Address(s.Output);
                    int xImage = Image(s.Input), yImage = Image(s.Output), inputs = s.Input.Lanes, outputs = s.Output.Lanes, relu = s.Relu ? 1 : 0;
                    void** p = stackalloc void*[] { &x, &xImage, &w, &bias, &y, &yImage, &inputs, &outputs, &relu };
                    _gpu.Launch("dense", (uint)count, 1, Block, 0, stream, p);
                    break;
                }

            case SoftmaxStep s:
                {
                    ulong x = Address(s.Input);
                    int xImage = Image(s.Input), classes = s.Output.Lanes;
                    void** p = stackalloc void*[] { &x, &xImage, &probabilities, &classes, &count };
                    _gpu.Launch("softmax", Blocks(count), 1, Block, 0, stream, p);
                    break;
                }

            default:
                throw new InvalidOperationException($"unknown step {step.GetType().Name}");
        }
    }

    private ConvolutionArguments Arguments(ConvolutionStep s, int count)
    {
        TensorView first = s.Segments[0].Output;
        var a = new ConvolutionArguments
        {
            X = Address(s.Input),
            W = _weights[s].Weights.Address,
            Bias = _weights[s].Bias.Address,
            Segments = s.Segments.Count,
            M = count * first.Cells,
            OutArea = first.Cells,
            OutColumns = first.Columns,
            Rows = s.Input.Rows,
            Columns = s.Input.Columns,
            XPixel = s.Input.Pixel,
            XImage = Image(s.Input),
            Lanes = s.Input.Lanes,
            KernelRows = s.Kernel[0],
            KernelColumns = s.Kernel[1],
            StrideRows = s.Stride[0],
            StrideColumns = s.Stride[1],
            PadTop = s.Pad[0],
            PadLeft = s.Pad[1],
            Filters = s.Filters,
            KTotal = (s.FilterLength + ConvolutionTile.K - 1) / ConvolutionTile.K * ConvolutionTile.K,
        };
        int begin = 0;
        for (int i = 0; i < s.Segments.Count; i++)
        {
            TensorView output = s.Segments[i].Output;
            a.Segment[i] = new SegmentArguments { Y = Address(output), Pixel = output.Pixel, Image = Image(output), Begin = begin, Relu = s.Segments[i].Relu ? 1 : 0 };
            begin += output.Lanes;
        }

        return a;
    }
}
