using System.Globalization;
using Shrike.Formats.Safetensors;

namespace Shrike.Inference.Networks;

/// <summary>
/// The compact network: every row of the pileup goes through the same convolutions along the columns; the read rows are
/// pooled under a mask (so empty rows do not count) into a context together with the reference row; the context goes
/// back to every row, and the rows are pooled again. Further rounds add to rows and context what they learn from each
/// other; they cost little, because a row is one column wide by then.
/// </summary>
public static class RowNet
{
    private const int ReferenceRows = 5;
    private const string RoundPrefix = "round";

    // Brings a sum over a typical number of reads to the order of one.
    private const float SumScale = 1f / 40;

    /// <summary>The network for images of a shape.</summary>
    /// <param name="height">Rows, the reference rows included.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="embedding">Channels of a row's embedding.</param>
    /// <param name="rounds">How often the rows hear of each other, at least 1.</param>
    public static Network Build(int height = 100, int width = 221, int channels = 7, int embedding = 96, int rounds = 1)
    {
        var n = new NetworkBuilder();
        string x = n.Add("image", LayerKind.Input);
        x = n.ConvolutionRelu("row1", x, 32, [1, 9], [1, 4]);
        x = n.ConvolutionRelu("row2", x, 48, [1, 3], [1, 2]);
        x = n.ConvolutionRelu("row3", x, 64, [1, 3], [1, 2]);
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
        for (int round = 2; round <= rounds; round++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{RoundPrefix}{round}_");
            mean = n.Add(name + "mean", LayerKind.MaskedMean, mixed, mask);
            max = n.Add(name + "max", LayerKind.MaskedMax, mixed, mask);
            sum = n.Add(new Layer { Name = name + "sum", Kind = LayerKind.MaskedSum, Inputs = [mixed, mask], Scale = SumScale });
            pooled = n.Add(name + "pooled", LayerKind.Concat, mean, max, sum, context);
            context = n.Add(name + "context_add", LayerKind.Add, context, n.Dense(name + "context", pooled, embedding));
            back = n.Dense(name + "context_to_rows", context, embedding);
            string alone = n.Add(new Layer { Name = name + "mix", Kind = LayerKind.Convolution, Inputs = [mixed], Filters = embedding, Kernel = [1, 1], Bias = true });
            alone = n.Add(name + "mix_alone", LayerKind.Add, mixed, alone);
            mixed = n.Add(name + "mix_relu", LayerKind.Relu, n.Add(name + "mix_add", LayerKind.Add, alone, back));
        }

        string mean2 = n.Add("mix_mean", LayerKind.MaskedMean, mixed, mask);
        string max2 = n.Add("mix_max", LayerKind.MaskedMax, mixed, mask);
        string joined = n.Add("joined", LayerKind.Concat, mean2, max2, context);
        string hidden = n.Add("hidden_relu", LayerKind.Relu, n.Dense("hidden", joined, embedding));
        n.Add("probabilities", LayerKind.Softmax, n.Dense("classification", hidden, 3));
        return new Network { Name = "RowNet", InputShape = [height, width, channels], Layers = n.Layers };
    }

    /// <summary>
    /// Weights for a network of more rounds than some weights have: what the further rounds add is zero, so that it computes the
    /// same until it is trained.
    /// </summary>
    /// <param name="weights">Weights of a network with fewer rounds, otherwise the same.</param>
    /// <param name="network">The network with more.</param>
    public static Dictionary<string, Tensor> WithMoreRounds(IReadOnlyDictionary<string, Tensor> weights, Network network)
    {
        var grown = weights.ToDictionary();
        foreach (WeightSpec spec in network.Weights().Where(s => s.Name.StartsWith(RoundPrefix, StringComparison.Ordinal)))
        {
            grown.TryAdd(spec.Name, new Tensor([.. spec.Shape], new float[spec.Shape.Aggregate(1, (n, d) => n * d)]));
        }

        return grown;
    }

    /// <summary>How many rounds a network of this kind has.</summary>
    public static int Rounds(Network network) => 1 + network.Layers.Count(l => l.Name.StartsWith(RoundPrefix, StringComparison.Ordinal) && l.Kind == LayerKind.Convolution);

    private static int Left(int width, int kernel, int stride) => ((width - kernel) / stride) + 1;
}
