using System.Globalization;

namespace Shrike.Inference.Networks;

/// <summary>
/// InceptionV3 as DeepVariant uses it: Keras' layers and their names, batch norm without scale, global average, one dense
/// layer of three classes. 94 units of convolution, batch norm and ReLU.
/// </summary>
public static class InceptionV3
{
    /// <summary>The network for images of a shape.</summary>
    public static Network Build(int height = 100, int width = 221, int channels = 7)
    {
        var n = new Units();
        string x = n.Builder.Add("image", LayerKind.Input);
        x = n.Unit(x, 32, 3, 3, stride: 2, same: false);
        x = n.Unit(x, 32, 3, 3, same: false);
        x = n.Unit(x, 64, 3, 3);
        x = n.MaxPool(x);
        x = n.Unit(x, 80, 1, 1, same: false);
        x = n.Unit(x, 192, 3, 3, same: false);
        x = n.MaxPool(x);

        foreach ((string name, int poolFilters) in new[] { ("mixed0", 32), ("mixed1", 64), ("mixed2", 64) })
        {
            string a = n.Unit(x, 64, 1, 1);
            string b = n.Unit(n.Unit(x, 48, 1, 1), 64, 5, 5);
            string c = n.Unit(n.Unit(n.Unit(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
            x = n.Concat(name, a, b, c, n.Unit(n.AveragePool(x), poolFilters, 1, 1));
        }

        string wide = n.Unit(x, 384, 3, 3, stride: 2, same: false);
        string deep = n.Unit(n.Unit(n.Unit(x, 64, 1, 1), 96, 3, 3), 96, 3, 3, stride: 2, same: false);
        x = n.Concat("mixed3", wide, deep, n.MaxPool(x));

        foreach ((string name, int f) in new[] { ("mixed4", 128), ("mixed5", 160), ("mixed6", 160), ("mixed7", 192) })
        {
            string a = n.Unit(x, 192, 1, 1);
            string b = n.Unit(n.Unit(n.Unit(x, f, 1, 1), f, 1, 7), 192, 7, 1);
            string c = n.Unit(n.Unit(n.Unit(n.Unit(n.Unit(x, f, 1, 1), f, 7, 1), f, 1, 7), f, 7, 1), 192, 1, 7);
            x = n.Concat(name, a, b, c, n.Unit(n.AveragePool(x), 192, 1, 1));
        }

        string left = n.Unit(n.Unit(x, 192, 1, 1), 320, 3, 3, stride: 2, same: false);
        string right = n.Unit(n.Unit(n.Unit(n.Unit(x, 192, 1, 1), 192, 1, 7), 192, 7, 1), 192, 3, 3, stride: 2, same: false);
        x = n.Concat("mixed8", left, right, n.MaxPool(x));

        foreach ((string name, string split, string concatenate) in new[] { ("mixed9", "mixed9_0", "concatenate"), ("mixed10", "mixed9_1", "concatenate_1") })
        {
            string a = n.Unit(x, 320, 1, 1);
            string b = n.Unit(x, 384, 1, 1);
            string both = n.Concat(split, n.Unit(b, 384, 1, 3), n.Unit(b, 384, 3, 1));
            string c = n.Unit(n.Unit(x, 448, 1, 1), 384, 3, 3);
            string other = n.Concat(concatenate, n.Unit(c, 384, 1, 3), n.Unit(c, 384, 3, 1));
            x = n.Concat(name, a, both, other, n.Unit(n.AveragePool(x), 192, 1, 1));
        }

        x = n.Builder.Add("global_average_pooling2d", LayerKind.GlobalAverage, x);
        n.Builder.Add("probabilities", LayerKind.Softmax, n.Builder.Dense("classification", x, 3));
        return new Network { Name = "InceptionV3", InputShape = [height, width, channels], Layers = n.Builder.Layers };
    }

    /// <summary>Numbers the layers as Keras does, in order of creation.</summary>
    private sealed class Units
    {
        private int _convolutions;
        private int _maxPools;
        private int _averagePools;

        public NetworkBuilder Builder { get; } = new();

        public string Unit(string input, int filters, int rows, int columns, int stride = 1, bool same = true)
        {
            string suffix = Suffix(_convolutions++);
            string z = Builder.Add(new Layer
            {
                Name = "conv2d" + suffix,
                Kind = LayerKind.Convolution,
                Inputs = [input],
                Filters = filters,
                Kernel = [rows, columns],
                Stride = [stride, stride],
                Same = same,
            });
            z = Builder.Add("batch_normalization" + suffix, LayerKind.BatchNorm, z);
            return Builder.Add("activation" + suffix, LayerKind.Relu, z);
        }

        public string MaxPool(string input) => Builder.Add(new Layer
        {
            Name = "max_pooling2d" + Suffix(_maxPools++),
            Kind = LayerKind.MaxPool,
            Inputs = [input],
            Kernel = [3, 3],
            Stride = [2, 2],
        });

        public string AveragePool(string input) => Builder.Add("average_pooling2d" + Suffix(_averagePools++), LayerKind.AveragePool, input);

        public string Concat(string name, params string[] inputs) => Builder.Add(name, LayerKind.Concat, inputs);

        private static string Suffix(int i) => i == 0 ? "" : "_" + i.ToString(CultureInfo.InvariantCulture);
    }
}
