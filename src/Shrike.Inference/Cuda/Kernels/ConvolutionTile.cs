namespace Shrike.Inference.Cuda.Kernels;

/// <summary>One shape of the convolution kernel. The result is the same for all; which is fastest is measured.</summary>
/// <param name="M">Output cells of a block.</param>
/// <param name="N">Filters of a block.</param>
/// <param name="Threads">Threads of a block.</param>
/// <param name="Stages">Tiles in flight.</param>
internal sealed record ConvolutionTile(int M, int N, int Threads, int Stages)
{
    /// <summary>Elements of K a stage holds; filters are padded to a multiple.</summary>
    public const int K = 32;

    /// <summary>Every shape the source instantiates.</summary>
    public static readonly IReadOnlyList<ConvolutionTile> All =
    [
        new(128, 32, 256, 4), new(128, 48, 256, 4), new(128, 64, 256, 4), new(256, 64, 256, 4), new(128, 80, 256, 4), new(128, 96, 256, 4),
        new(128, 128, 256, 4), new(128, 160, 256, 4), new(128, 192, 256, 4), new(256, 128, 256, 3), new(64, 64, 128, 4),
    ];

    /// <summary>Name of the kernel.</summary>
    public string Kernel => $"convolve_{M}x{N}";

    /// <summary>Shared memory of a block: the stages, or the result on its way out.</summary>
    public int SharedBytes => Math.Max(Stages * (M + N) * K * 2, M * (N + 8) * 2);

    /// <summary>Blocks of a product.</summary>
    public long Blocks(long m, int filters) => ((m + M - 1) / M) * ((filters + N - 1) / N);
}
