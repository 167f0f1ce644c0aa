using Shrike.Formats.Safetensors;

namespace Shrike.Inference.SmallModels;

/// <summary>
/// A multilayer perceptron: dense layers with max(0, x) between them and a softmax of three classes behind the last.
/// Weights are packed once and shared; <see cref="CreateEvaluator"/> gives every thread its buffers.
/// </summary>
public sealed class Perceptron
{
    private const int Classes = 3;
    private readonly PackedLayer[] _layers;

    /// <param name="layers">Kernel [inputs, outputs] and bias [outputs] of each layer, first to last; they fit together.</param>
    public Perceptron(IReadOnlyList<(Tensor Kernel, Tensor Bias)> layers)
    {
        _layers = [.. layers.Select(l => new PackedLayer(l.Kernel, l.Bias))];
        if (_layers.Length == 0 || _layers[^1].Outputs != Classes) throw new ArgumentException("the last layer must have three outputs");
    }

    /// <summary>Numbers of a row.</summary>
    public int Inputs => _layers[0].Inputs;

    /// <summary>An evaluator for one thread.</summary>
    public Evaluator CreateEvaluator() => new(_layers, PerceptronKernels.Best);

    internal Evaluator CreateEvaluator(PerceptronKernels.Kernel kernel) => new(_layers, kernel);

    /// <summary>Weights in the order the kernels read them, outputs filled up to whole panels with zeros.</summary>
    internal sealed class PackedLayer
    {
        private const int Alignment = 64;
        private readonly float[] _memory;
        private readonly int _weights;

        public PackedLayer(Tensor kernel, Tensor bias)
        {
            (Inputs, Outputs) = (kernel.Shape[0], kernel.Shape[1]);
            Panels = (Outputs + PerceptronKernels.Panel - 1) / PerceptronKernels.Panel;

            // Pinned, so that it can begin where a cache line begins.
            _memory = GC.AllocateArray<float>((Panels * PerceptronKernels.Panel * (Inputs + 1)) + (Alignment / sizeof(float)), pinned: true);
            unsafe
            {
                fixed (float* start = _memory) _weights = (int)((Alignment - ((nuint)start % Alignment)) % Alignment) / sizeof(float);
            }

            for (int o = 0; o < Outputs; o++)
            {
                (int panel, int lane) = Math.DivRem(o, PerceptronKernels.Panel);
                for (int k = 0; k < Inputs; k++) _memory[_weights + (((panel * Inputs) + k) * PerceptronKernels.Panel) + lane] = kernel.Values[(k * Outputs) + o];
                _memory[Biases + o] = bias.Values[o];
            }
        }

        public int Inputs { get; }

        public int Outputs { get; }

        public int Panels { get; }

        private int Biases => _weights + (Panels * PerceptronKernels.Panel * Inputs);

        public ReadOnlySpan<float> PanelWeights(int panel) => _memory.AsSpan(_weights + (panel * Inputs * PerceptronKernels.Panel), Inputs * PerceptronKernels.Panel);

        public ReadOnlySpan<float> PanelBiases(int panel) => _memory.AsSpan(Biases + (panel * PerceptronKernels.Panel), PerceptronKernels.Panel);
    }

    /// <summary>Runs the network on one thread.</summary>
    public sealed class Evaluator
    {
        // Rows that go through all layers together: enough to pay for reading the weights, few enough to stay in the cache.
        private const int RowsAtOnce = 128;
        private readonly PackedLayer[] _layers;
        private readonly PerceptronKernels.Kernel _kernel;
        private readonly float[][] _values;

        internal Evaluator(PackedLayer[] layers, PerceptronKernels.Kernel kernel)
        {
            _layers = layers;
            _kernel = kernel;
            _values = [new float[RowsAtOnce * layers[0].Inputs], .. layers.Select(l => new float[RowsAtOnce * l.Panels * PerceptronKernels.Panel])];
        }

        /// <summary>Probabilities of the classes; a row's do not depend on the other rows.</summary>
        /// <param name="features">Rows of <see cref="Inputs"/> numbers.</param>
        /// <param name="rows">Number of rows.</param>
        /// <param name="probabilities">Receives three numbers a row.</param>
        public void Run(ReadOnlySpan<float> features, int rows, Span<float> probabilities)
        {
            int inputs = _layers[0].Inputs;
            for (int first = 0; first < rows; first += RowsAtOnce)
            {
                int count = Math.Min(RowsAtOnce, rows - first);
                features.Slice(first * inputs, count * inputs).CopyTo(_values[0]);
                for (int l = 0; l < _layers.Length; l++) Apply(l, count);
                int stride = _layers[^1].Panels * PerceptronKernels.Panel;
                for (int r = 0; r < count; r++) Softmax(_values[^1].AsSpan(r * stride, Classes), probabilities.Slice((first + r) * Classes, Classes));
            }
        }

        private unsafe void Apply(int l, int rows)
        {
            PackedLayer layer = _layers[l];
            int xStride = l == 0 ? layer.Inputs : _layers[l - 1].Panels * PerceptronKernels.Panel;
            int yStride = layer.Panels * PerceptronKernels.Panel;
            fixed (float* x = _values[l], y = _values[l + 1])
            {
                for (int p = 0; p < layer.Panels; p++)
                {
                    fixed (float* w = layer.PanelWeights(p), bias = layer.PanelBiases(p))
                    {
                        // The last block may hold rows of an earlier call; nobody reads what comes of them.
                        for (int r = 0; r < rows; r += PerceptronKernels.Rows)
                        {
                            _kernel(x + (r * xStride), xStride, layer.Inputs, w, bias, y + (r * yStride) + (p * PerceptronKernels.Panel), yStride, l < _layers.Length - 1);
                        }
                    }
                }
            }
        }

        /// <summary>In double, so that the last bit does not hang on a platform's exponential function.</summary>
        private static void Softmax(ReadOnlySpan<float> z, Span<float> p)
        {
            double max = Math.Max(z[0], Math.Max(z[1], z[2]));
            (double a, double b, double c) = (Math.Exp(z[0] - max), Math.Exp(z[1] - max), Math.Exp(z[2] - max));
            double sum = a + b + c;
            (p[0], p[1], p[2]) = ((float)(a / sum), (float)(b / sum), (float)(c / sum));
        }
    }
}
