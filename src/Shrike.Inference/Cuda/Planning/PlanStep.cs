namespace Shrike.Inference.Cuda.Planning;

/// <summary>One launch of the plan.</summary>
public abstract record PlanStep
{
    /// <summary>What it reads.</summary>
    public abstract IEnumerable<TensorView> Reads { get; }

    /// <summary>What it writes.</summary>
    public abstract IEnumerable<TensorView> Writes { get; }
}

/// <summary>Image bytes b to (b - 128) / 128.</summary>
public sealed record NormaliseStep(TensorView Output) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}

/// <summary>One run of a convolution's filters: where it goes, with or without ReLU.</summary>
/// <param name="Output">Destination; as many lanes as the run has filters.</param>
/// <param name="Relu">Negative values become zero.</param>
public sealed record ConvolutionSegment(TensorView Output, bool Relu);

/// <summary>Convolution, bias and ReLU; several convolutions of one input may be joined, each a segment.</summary>
public sealed record ConvolutionStep : PlanStep
{
    /// <summary>Layers it computes, for messages and measurements.</summary>
    public required string Name { get; init; }

    /// <summary>Input.</summary>
    public required TensorView Input { get; init; }

    /// <summary>Outputs, in the order of the filters.</summary>
    public required IReadOnlyList<ConvolutionSegment> Segments { get; init; }

    /// <summary>Rows and columns.</summary>
    public required int[] Kernel { get; init; }

    /// <summary>Rows and columns.</summary>
    public required int[] Stride { get; init; }

    /// <summary>Cells of zeros above and to the left.</summary>
    public required int[] Pad { get; init; }

    /// <summary>[filters, kernel rows, kernel columns, input lanes], batch norm folded in.</summary>
    public required float[] Weights { get; init; }

    /// <summary>[filters].</summary>
    public required float[] Bias { get; init; }

    /// <summary>Filters, padding included.</summary>
    public int Filters => Bias.Length;

    /// <summary>Length of one filter.</summary>
    public int FilterLength => Kernel[0] * Kernel[1] * Input.Lanes;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Segments.Select(s => s.Output);
}

/// <summary>Maximum or centred average (cells outside do not count), then ReLU if asked.</summary>
public sealed record PoolStep(TensorView Input, TensorView Output, int[] Kernel, int[] Stride, bool Average, bool Relu) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}

/// <summary>Input plus another tensor (or one cell of it everywhere), ReLU if asked; also copies and converts.</summary>
public sealed record CombineStep(TensorView Input, TensorView? Other, TensorView Output, bool Relu) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Other is null ? [Input] : [Input, Other];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}

/// <summary>1 for each of the image's rows [First, First + rows of the output) with any byte above zero.</summary>
public sealed record RowMaskStep(TensorView Output, int First) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}

/// <summary>How rows are pooled; the numbers stand in the kernel too.</summary>
public enum RowPooling
{
    /// <summary>Mean over the rows of the mask, at least one.</summary>
    Mean = 0,

    /// <summary>Maximum of value times mask.</summary>
    Maximum = 1,

    /// <summary>Sum over the rows of the mask, times the scale.</summary>
    Sum = 2,

    /// <summary>Mean over all cells; no mask.</summary>
    AllCells = 3,
}

/// <summary>Rows pooled into one, FP32.</summary>
public sealed record RowPoolStep(TensorView Input, TensorView? Mask, TensorView Output, RowPooling Mode, float Scale) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Mask is null ? [Input] : [Input, Mask];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}

/// <summary>Matrix times vector in FP32.</summary>
public sealed record DenseStep(TensorView Input, TensorView Output, float[] Weights, float[] Bias, bool Relu) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}

/// <summary>exp(x) normalised.</summary>
public sealed record SoftmaxStep(TensorView Input, TensorView Output) : PlanStep
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];
}
