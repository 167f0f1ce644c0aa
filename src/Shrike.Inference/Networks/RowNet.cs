namespace Shrike.Inference.Networks;

/// <summary>
/// The compact network: every row of the pileup goes through the same convolutions along the columns; the read rows are
/// pooled under a mask (so empty rows do not count) into a context together with the reference row; the context goes
/// back to every row, and the rows are pooled again.
/// </summary>
public static class RowNet
{
    private const int ReferenceRows = 5;

    // Brings a sum over a typical number of reads to the order of one.
    private const float SumScale = 1f / 40;

    /// <summary>The network for images of a shape.</summary>
    /// <param name="height">Rows, the reference rows included.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="embedding">Channels of a row's embedding.</param>
    /// <param name="rowFilters">Channels of the three convolutions along a row before it; null for 32, 48, 64.</param>
    public static Network Build(int height = 100, int width = 221, int channels = 7, int embedding = 96, IReadOnlyList<int>? rowFilters = null)
    {
        rowFilters ??= [32, 48, 64];
        var n = new NetworkBuilder();
        string x = n.Add("image", LayerKind.Input);
        x = n.ConvolutionRelu("row1", x, rowFilters[0], [1, 9], [1, 4]);
        x = n.ConvolutionRelu("row2", x, rowFilters[1], [1, 3], [1, 2]);
        x = n.ConvolutionRelu("row3", x, rowFilters[2], [1, 3], [1, 2]);
        int left = Left(Left(Left(width, 9, 4), 3, 2), 3, 2);
        string rows = n.ConvolutionRelu("row4", x, embedding, [1, left], [1, 1]);

        int reads = height - ReferenceRows;
        string reference = n.Add(new Layer { Name = "reference", Kind = LayerKind.Rows, Inputs = [rows], First = 0, Count = 1 });
        string read = n.Add(new Layer { Name = "reads", Kind = LayerKind.Rows, Inputs = [rows], First = ReferenceRows, Count = reads });
        string mask = n.Add(new Layer { Name = "mask", Kind = LayerKind.RowMask, First = ReferenceRows, Count = reads });
        string mean = n.Add("reads_mean", LayerKind.MaskedMean, read, mask);
        string max = n.Add("reads_max", LayerKind.MaskedMax, read, mask);
        string sum = n.Add(new Layer { Name = "reads_sum", Kind = LayerKind.MaskedSum, Inputs = [read, mask], Scale = SumScale });
        string pooled = n.Add("pooled", LayerKind.Concat, mean, max, sum, reference);
        string context = n.Add("context_relu", LayerKind.Relu, n.Dense("context", pooled, embedding));
        string back = n.Dense("context_to_rows", context, embedding);

        string mixed = n.Add(new Layer { Name = "mix", Kind = LayerKind.Convolution, Inputs = [read], Filters = embedding, Kernel = [1, 1], Bias = true });
        mixed = n.Add("mix_relu", LayerKind.Relu, n.Add("mix_add", LayerKind.Add, mixed, back));
        string mean2 = n.Add("mix_mean", LayerKind.MaskedMean, mixed, mask);
        string max2 = n.Add("mix_max", LayerKind.MaskedMax, mixed, mask);
        string joined = n.Add("joined", LayerKind.Concat, mean2, max2, context);
        string hidden = n.Add("hidden_relu", LayerKind.Relu, n.Dense("hidden", joined, embedding));
        n.Add("probabilities", LayerKind.Softmax, n.Dense("classification", hidden, 3));
        return new Network { Name = "RowNet", InputShape = [height, width, channels], Layers = n.Layers };
    }

    private static int Left(int width, int kernel, int stride) => ((width - kernel) / stride) + 1;
}
