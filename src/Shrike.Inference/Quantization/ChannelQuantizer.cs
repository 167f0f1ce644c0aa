using Shrike.Formats.Safetensors;

namespace Shrike.Inference.Quantization;

/// <summary>Weights of a convolution as signed bytes, with one scale for each output channel (the first dimension).</summary>
internal static class ChannelQuantizer
{
    /// <summary>Nearest bytes and their scales. Weights that are such products already give the same bytes again.</summary>
    public static (sbyte[] Bytes, float[] Scales) Quantize(Tensor weight)
    {
        int filters = weight.Shape[0], each = weight.Values.Length / filters;
        var bytes = new sbyte[weight.Values.Length];
        var scales = new float[filters];
        for (int f = 0; f < filters; f++)
        {
            scales[f] = QuantizationParameters.WeightScale(weight.Values.AsSpan(f * each, each));
            for (int i = f * each; i < (f + 1) * each; i++) bytes[i] = (sbyte)MathF.Round(weight.Values[i] / scales[f]);
        }

        return (bytes, scales);
    }

    /// <summary>Bytes times scales.</summary>
    public static Tensor Dequantize(Tensor bytes, ReadOnlySpan<float> scales)
    {
        int each = bytes.Values.Length / scales.Length;
        var values = new float[bytes.Values.Length];
        for (int i = 0; i < values.Length; i++) values[i] = bytes.Values[i] * scales[i / each];
        return new Tensor(bytes.Shape, values);
    }
}
