using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Shrike.Inference.Cuda.Kernels;

/// <summary>Segment of kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SegmentArguments
{
    public ulong Y;
    public int Pixel, Image, Begin, Relu;
}

/// <summary>Four segments, in place.</summary>
[InlineArray(4)]
internal struct FourSegments
{
    private SegmentArguments _first;
}

/// <summary>ConvArgs of kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConvolutionArguments
{
    public ulong X, W, Bias;
    public FourSegments Segment;
    public int Segments, M, OutArea, OutColumns, Rows, Columns, XPixel, XImage, Lanes;
    public int KernelRows, KernelColumns, StrideRows, StrideColumns, PadTop, PadLeft, Filters, KTotal;
}

/// <summary>PoolArgs of kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PoolArguments
{
    public ulong X, Y;
    public int XPixel, XImage, YPixel, YImage, Rows, Columns, OutRows, OutColumns, Chunks;
    public int KernelRows, KernelColumns, StrideRows, StrideColumns, Average, Relu, Total;
}

/// <summary>ViewArgs of kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ViewArguments
{
    public ulong X, Other, Y;
    public int XPixel, XImage, OtherPixel, OtherImage, YPixel, YImage;
    public int Cells, Lanes, XWide, OtherWide, YWide, OtherCells, Relu, Images;
}

/// <summary>PaintArgs of kernels.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PaintArguments
{
    public ulong Letters, Qualities, Templates, Rows, Spans, FirstRow, Images;
    public int FirstImage, Height, Width, Channels, Base, Quality, Differs, InRun, RunLength;
}
