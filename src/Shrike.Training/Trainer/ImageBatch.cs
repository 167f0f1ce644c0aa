using Shrike.Inference.Networks;
using Shrike.Training.Data;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Shrike.Training.Trainer;

/// <summary>Images of a batch as one tensor.</summary>
internal static class ImageBatch
{
    private const int LeastRows = 8;

    /// <summary>uint8 [batch, rows, columns, channels], as high as the highest image needs if the network does not care.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">The images.</param>
    /// <param name="augmentation">Changes them, or null.</param>
    /// <param name="random">Random numbers for it.</param>
    public static Tensor Make(Network network, LabelledImage[] batch, Augmentation? augmentation, Random? random)
    {
        (int height, int width, int channels) = (network.InputShape[0], network.InputShape[1], network.InputShape[2]);
        int rowBytes = width * channels;
        bool isMasked = network.Layers.Any(l => l.Kind == LayerKind.RowMask);
        int rows = isMasked ? Math.Min(height, Math.Max(LeastRows, batch.Max(b => b.Rows.Length / rowBytes))) : height;
        var bytes = new byte[batch.Length * rows * rowBytes];
        for (int i = 0; i < batch.Length; i++)
        {
            Span<byte> target = bytes.AsSpan(i * rows * rowBytes, rows * rowBytes);
            if (augmentation is null) batch[i].Rows.CopyTo(target);
            else augmentation.Apply(batch[i].Rows, target, random!);
        }

        return tensor(bytes, [batch.Length, rows, width, channels]);
    }
}
