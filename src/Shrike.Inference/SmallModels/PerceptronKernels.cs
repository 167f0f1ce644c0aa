using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Shrike.Inference.SmallModels;

/// <summary>
/// One dense layer on <see cref="Rows"/> rows and <see cref="Panel"/> outputs: y = x W + b, then max(0, y) if asked for.
/// Every output starts from its bias and takes its inputs in ascending order with fused multiply-add, so all paths give
/// the same bits, whatever the rows beside it.
/// </summary>
internal static unsafe class PerceptronKernels
{
    /// <summary>Outputs of a panel. Weights are stored panel by panel: inputs x 32, outputs fastest.</summary>
    public const int Panel = 32;

    /// <summary>Rows of a block.</summary>
    public const int Rows = 8;

    /// <summary>A block of rows times a panel.</summary>
    /// <param name="x">First input of the first row.</param>
    /// <param name="xStride">From row to row.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="w">Weights of the panel.</param>
    /// <param name="bias">Biases of the panel.</param>
    /// <param name="y">First output of the panel in the first row.</param>
    /// <param name="yStride">From row to row.</param>
    /// <param name="rectify">Replace negative outputs by 0.</param>
    public delegate void Kernel(float* x, nint xStride, nint inputs, float* w, float* bias, float* y, nint yStride, bool rectify);

    /// <summary>The widest this processor runs in hardware.</summary>
    public static Kernel Best { get; } = Vector512.IsHardwareAccelerated ? BlockVector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? BlockVector256
        : BlockScalar;

    /// <summary>The specification of all others.</summary>
    public static void BlockScalar(float* x, nint xStride, nint inputs, float* w, float* bias, float* y, nint yStride, bool rectify)
    {
        for (int r = 0; r < Rows; r++)
        {
            for (int o = 0; o < Panel; o++)
            {
                float sum = bias[o];
                for (nint k = 0; k < inputs; k++) sum = MathF.FusedMultiplyAdd(x[(r * xStride) + k], w[(k * Panel) + o], sum);
                y[(r * yStride) + o] = rectify ? MathF.Max(sum, 0) : sum;
            }
        }
    }

    /// <summary>Two rows at a time, eight sums in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BlockVector256(float* x, nint xStride, nint inputs, float* w, float* bias, float* y, nint yStride, bool rectify)
    {
        for (int r = 0; r < Rows; r += 2, x += 2 * xStride, y += 2 * yStride)
        {
            Vector256<float> a0 = Vector256.Load(bias), a1 = Vector256.Load(bias + 8), a2 = Vector256.Load(bias + 16), a3 = Vector256.Load(bias + 24);
            Vector256<float> b0 = a0, b1 = a1, b2 = a2, b3 = a3;
            float* second = x + xStride;
            float* weight = w;
            for (nint k = 0; k < inputs; k++, weight += Panel)
            {
                Vector256<float> u = Vector256.Create(x[k]);
                Vector256<float> v = Vector256.Create(second[k]);
                Vector256<float> w0 = Vector256.Load(weight), w1 = Vector256.Load(weight + 8), w2 = Vector256.Load(weight + 16), w3 = Vector256.Load(weight + 24);
                a0 = Vector256.FusedMultiplyAdd(u, w0, a0);
                b0 = Vector256.FusedMultiplyAdd(v, w0, b0);
                a1 = Vector256.FusedMultiplyAdd(u, w1, a1);
                b1 = Vector256.FusedMultiplyAdd(v, w1, b1);
                a2 = Vector256.FusedMultiplyAdd(u, w2, a2);
                b2 = Vector256.FusedMultiplyAdd(v, w2, b2);
                a3 = Vector256.FusedMultiplyAdd(u, w3, a3);
                b3 = Vector256.FusedMultiplyAdd(v, w3, b3);
            }

            float* below = y + yStride;
            Store(y, a0, a1, rectify);
            Store(y + 16, a2, a3, rectify);
            Store(below, b0, b1, rectify);
            Store(below + 16, b2, b3, rectify);
        }
    }

    /// <summary>All rows at once, sixteen sums in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BlockVector512(float* x, nint xStride, nint inputs, float* w, float* bias, float* y, nint yStride, bool rectify)
    {
        Vector512<float> first = Vector512.Load(bias), last = Vector512.Load(bias + 16);
        Vector512<float> a0 = first, b0 = first, c0 = first, d0 = first, e0 = first, f0 = first, g0 = first, h0 = first;
        Vector512<float> a1 = last, b1 = last, c1 = last, d1 = last, e1 = last, f1 = last, g1 = last, h1 = last;
        float* fifth = x + (4 * xStride);
        for (nint k = 0; k < inputs; k++, w += Panel, x++, fifth++)
        {
            Vector512<float> w0 = Vector512.Load(w), w1 = Vector512.Load(w + 16);
            Vector512<float> v = Vector512.Create(x[0]);
            a0 = Vector512.FusedMultiplyAdd(v, w0, a0);
            a1 = Vector512.FusedMultiplyAdd(v, w1, a1);
            v = Vector512.Create(x[xStride]);
            b0 = Vector512.FusedMultiplyAdd(v, w0, b0);
            b1 = Vector512.FusedMultiplyAdd(v, w1, b1);
            v = Vector512.Create(x[2 * xStride]);
            c0 = Vector512.FusedMultiplyAdd(v, w0, c0);
            c1 = Vector512.FusedMultiplyAdd(v, w1, c1);
            v = Vector512.Create(x[3 * xStride]);
            d0 = Vector512.FusedMultiplyAdd(v, w0, d0);
            d1 = Vector512.FusedMultiplyAdd(v, w1, d1);
            v = Vector512.Create(fifth[0]);
            e0 = Vector512.FusedMultiplyAdd(v, w0, e0);
            e1 = Vector512.FusedMultiplyAdd(v, w1, e1);
            v = Vector512.Create(fifth[xStride]);
            f0 = Vector512.FusedMultiplyAdd(v, w0, f0);
            f1 = Vector512.FusedMultiplyAdd(v, w1, f1);
            v = Vector512.Create(fifth[2 * xStride]);
            g0 = Vector512.FusedMultiplyAdd(v, w0, g0);
            g1 = Vector512.FusedMultiplyAdd(v, w1, g1);
            v = Vector512.Create(fifth[3 * xStride]);
            h0 = Vector512.FusedMultiplyAdd(v, w0, h0);
            h1 = Vector512.FusedMultiplyAdd(v, w1, h1);
        }

        Store(y, a0, a1, rectify);
        Store(y + yStride, b0, b1, rectify);
        Store(y + (2 * yStride), c0, c1, rectify);
        Store(y + (3 * yStride), d0, d1, rectify);
        y += 4 * yStride;
        Store(y, e0, e1, rectify);
        Store(y + yStride, f0, f1, rectify);
        Store(y + (2 * yStride), g0, g1, rectify);
        Store(y + (3 * yStride), h0, h1, rectify);
    }

    private static void Store(float* y, Vector256<float> first, Vector256<float> second, bool rectify)
    {
        (rectify ? Vector256.Max(first, Vector256<float>.Zero) : first).Store(y);
        (rectify ? Vector256.Max(second, Vector256<float>.Zero) : second).Store(y + 8);
    }

    private static void Store(float* y, Vector512<float> first, Vector512<float> second, bool rectify)
    {
        (rectify ? Vector512.Max(first, Vector512<float>.Zero) : first).Store(y);
        (rectify ? Vector512.Max(second, Vector512<float>.Zero) : second).Store(y + 16);
    }
}
