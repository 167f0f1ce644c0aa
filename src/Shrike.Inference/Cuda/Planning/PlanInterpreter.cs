using Shrike.Inference.Networks;

namespace Shrike.Inference.Cuda.Planning;

/// <summary>
/// Executes a plan on the CPU, one image, with plain loops over the same arena the device uses: what the kernels must do,
/// and the test of the compiler. Buffers that share memory share it here too, so a wrong lifetime gives wrong results.
/// </summary>
public static class PlanInterpreter
{
    /// <summary>Probabilities of one image.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="image">H x W x C bytes.</param>
    /// <param name="round">Values that are stored in 16 bits go through this; null keeps FP32.</param>
    public static float[] Run(DevicePlan plan, ReadOnlySpan<byte> image, Func<float, float>? round = null)
    {
        // One float a 2-byte slot: FP32 buffers use every second slot.
        var arena = new float[plan.ArenaBytes / 2];
        Array.Fill(arena, float.NaN);
        round ??= v => v;
        byte[] pixels = image.ToArray();
        foreach (PlanStep step in plan.Steps) Execute(plan, step, arena, pixels, round);
        return [.. Enumerable.Range(0, plan.Output.Lanes).Select(l => new Memory(plan, arena, plan.Output, round)[0, l])];
    }

    private static void Execute(DevicePlan plan, PlanStep step, float[] arena, byte[] image, Func<float, float> round)
    {
        Memory On(TensorView v) => new(plan, arena, v, round);
        switch (step)
        {
            case NormaliseStep s:
                int channels = plan.ImageShape[2];
                Each(s.Output, (cell, l) => On(s.Output)[cell, l] = s.Output.Channels[l] < 0 ? 0 : (image[(cell * channels) + s.Output.Channels[l]] - 128f) / 128f);
                break;
            case ConvolutionStep s:
                Convolve(s, On);
                break;
            case PoolStep s:
                Memory x = On(s.Input), y = On(s.Output);
                Each(s.Output, (cell, l) =>
                {
                    (int row, int column) = (cell / s.Output.Columns, cell % s.Output.Columns);
                    (int top, int left) = s.Average ? (row - (s.Kernel[0] / 2), column - (s.Kernel[1] / 2)) : (row * s.Stride[0], column * s.Stride[1]);
                    float v = s.Average ? 0 : float.MinValue;
                    int cells = 0;
                    for (int r = Math.Max(0, top); r < Math.Min(s.Input.Rows, top + s.Kernel[0]); r++)
                    {
                        for (int c = Math.Max(0, left); c < Math.Min(s.Input.Columns, left + s.Kernel[1]); c++, cells++)
                        {
                            float value = x[(r * s.Input.Columns) + c, l];
                            v = s.Average ? v + value : Math.Max(v, value);
                        }
                    }

                    v = s.Average ? v / cells : v;
                    y[cell, l] = s.Relu ? Math.Max(0, v) : v;
                });
                break;
            case CombineStep s:
                Each(s.Output, (cell, l) =>
                {
                    float v = On(s.Input)[cell, l] + (s.Other is { } other ? On(other)[other.Cells == 1 ? 0 : cell, l] : 0);
                    On(s.Output)[cell, l] = s.Relu ? Math.Max(0, v) : v;
                });
                break;
            case RowMaskStep s:
                int rowBytes = plan.ImageShape[1] * plan.ImageShape[2];
                Each(s.Output, (cell, l) => On(s.Output)[cell, l] = image.AsSpan((cell + s.First) * rowBytes, rowBytes).IndexOfAnyExcept((byte)0) >= 0 ? 1 : 0);
                break;
            case RowPoolStep s:
                PoolRows(s, On);
                break;
            case DenseStep s:
                Each(s.Output, (_, f) =>
                {
                    float sum = s.Bias[f];
                    for (int l = 0; l < s.Input.Lanes; l++) sum += s.Weights[(f * s.Input.Lanes) + l] * On(s.Input)[0, l];
                    On(s.Output)[0, f] = s.Relu ? Math.Max(0, sum) : sum;
                });
                break;
            case SoftmaxStep s:
                float[] logits = [.. Enumerable.Range(0, s.Input.Lanes).Select(l => On(s.Input)[0, l])];
                float most = logits.Max(), all = logits.Sum(v => MathF.Exp(v - most));
                Each(s.Output, (_, l) => On(s.Output)[0, l] = MathF.Exp(logits[l] - most) / all);
                break;
            default:
                throw new InvalidOperationException($"unknown step {step.GetType().Name}");
        }
    }

    private static void Convolve(ConvolutionStep s, Func<TensorView, Memory> on)
    {
        Memory x = on(s.Input);
        int first = 0;
        foreach (ConvolutionSegment segment in s.Segments)
        {
            Memory y = on(segment.Output);
            int from = first;
            Each(segment.Output, (cell, l) =>
            {
                (int top, int left) = ((cell / segment.Output.Columns * s.Stride[0]) - s.Pad[0], (cell % segment.Output.Columns * s.Stride[1]) - s.Pad[1]);
                float sum = 0;
                for (int r = 0; r < s.Kernel[0]; r++)
                {
                    for (int c = 0; c < s.Kernel[1]; c++)
                    {
                        if (top + r < 0 || top + r >= s.Input.Rows || left + c < 0 || left + c >= s.Input.Columns) continue;
                        int at = ((top + r) * s.Input.Columns) + left + c;
                        int w = ((((from + l) * s.Kernel[0]) + r) * s.Kernel[1] + c) * s.Input.Lanes;
                        for (int k = 0; k < s.Input.Lanes; k++) sum += x[at, k] * s.Weights[w + k];
                    }
                }

                sum += s.Bias[from + l];
                y[cell, l] = segment.Relu ? Math.Max(0, sum) : sum;
            });
            first += segment.Output.Lanes;
        }
    }

    private static void PoolRows(RowPoolStep s, Func<TensorView, Memory> on)
    {
        Memory x = on(s.Input), y = on(s.Output);
        Each(s.Output, (column, l) =>
        {
            float v = s.Mode == RowPooling.Maximum ? float.MinValue : 0, set = 0;
            int height = s.Mode == RowPooling.AllCells ? s.Input.Cells : s.Input.Rows;
            for (int h = 0; h < height; h++)
            {
                float mask = s.Mask is null ? 1 : on(s.Mask)[h, 0];
                float value = mask * x[s.Mode == RowPooling.AllCells ? h : (h * s.Input.Columns) + column, l];
                v = s.Mode == RowPooling.Maximum ? Math.Max(v, value) : v + value;
                set += mask;
            }

            y[column, l] = s.Mode switch { RowPooling.Maximum => v, RowPooling.Sum => v * s.Scale, _ => v / Math.Max(1, set) };
        });
    }

    private static void Each(TensorView view, Action<int, int> body)
    {
        for (int cell = 0; cell < view.Cells; cell++)
        {
            for (int l = 0; l < view.Lanes; l++) body(cell, l);
        }
    }

    private readonly struct Memory(DevicePlan plan, float[] arena, TensorView view, Func<float, float> round)
    {
        private readonly long _start = plan.Buffers[view.Buffer].Offset / 2;

        public float this[int cell, int lane]
        {
            get => arena[At(cell, lane)];
            set => arena[At(cell, lane)] = view.Wide ? value : round(value);
        }

        private long At(int cell, int lane) => _start + (((long)cell * view.Pixel) + view.Offset + lane) * (view.Wide ? 2 : 1);
    }
}
