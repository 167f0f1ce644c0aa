using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Shrike.Examples.Realigning.Alignment;

/// <summary>The vector operations of the anti-diagonal kernel, for one width of vector and one width of lane; scores are unsigned.</summary>
/// <typeparam name="TVector">Vector.</typeparam>
/// <typeparam name="TLane">byte or ushort.</typeparam>
internal interface ILanes<TVector, TLane>
    where TVector : struct
    where TLane : unmanaged
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Loads from any address.</summary>
    static abstract TVector Load(ref TLane from);

    /// <summary>Stores to any address.</summary>
    static abstract void Store(TVector vector, ref TLane to);

    /// <summary>The low bits of a value in every lane.</summary>
    static abstract TVector Broadcast(int value);

    /// <summary>Sum.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>Difference, not below 0.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>Maximum.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>Where a equals b, the lane of <paramref name="same"/>, else of <paramref name="other"/>.</summary>
    static abstract TVector SelectEqual(TVector a, TVector b, TVector same, TVector other);

    /// <summary>What <see cref="ShiftIn"/> needs; fetched once, outside loops.</summary>
    static abstract TVector ShiftControl { get; }

    /// <summary>Lane i receives lane i - 1; lane 0 the last lane of <paramref name="previous"/>.</summary>
    static abstract TVector ShiftIn(TVector current, TVector previous, TVector control);
}

/// <summary>64 lanes of 8 bits (AVX-512 VBMI).</summary>
internal readonly struct Bytes512 : ILanes<Vector512<byte>, byte>
{
    public static int Count => 64;

    public static Vector512<byte> ShiftControl { get; } = Vector512.Create(Enumerable.Range(0, 64).Select(i => (byte)(i == 0 ? 127 : i - 1)).ToArray());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(ref byte from) => Vector512.LoadUnsafe(ref from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> vector, ref byte to) => vector.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(int value) => Vector512.Create((byte)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> a, Vector512<byte> b) => Avx512BW.AddSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Subtract(Vector512<byte> a, Vector512<byte> b) => Avx512BW.SubtractSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Max(Vector512<byte> a, Vector512<byte> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> SelectEqual(Vector512<byte> a, Vector512<byte> b, Vector512<byte> same, Vector512<byte> other) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), same, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftIn(Vector512<byte> current, Vector512<byte> previous, Vector512<byte> control) =>
        Avx512Vbmi.PermuteVar64x8x2(current, control, previous);
}

/// <summary>32 lanes of 16 bits (AVX-512 BW).</summary>
internal readonly struct Shorts512 : ILanes<Vector512<ushort>, ushort>
{
    public static int Count => 32;

    public static Vector512<ushort> ShiftControl { get; } = Vector512.Create(Enumerable.Range(0, 32).Select(i => (ushort)(i == 0 ? 63 : i - 1)).ToArray());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Load(ref ushort from) => Vector512.LoadUnsafe(ref from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ushort> vector, ref ushort to) => vector.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Broadcast(int value) => Vector512.Create((ushort)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Add(Vector512<ushort> a, Vector512<ushort> b) => Avx512BW.AddSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Subtract(Vector512<ushort> a, Vector512<ushort> b) => Avx512BW.SubtractSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Max(Vector512<ushort> a, Vector512<ushort> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> SelectEqual(Vector512<ushort> a, Vector512<ushort> b, Vector512<ushort> same, Vector512<ushort> other) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), same, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> ShiftIn(Vector512<ushort> current, Vector512<ushort> previous, Vector512<ushort> control) =>
        Avx512BW.PermuteVar32x16x2(current, control, previous);
}

/// <summary>32 lanes of 8 bits (AVX2).</summary>
internal readonly struct Bytes256 : ILanes<Vector256<byte>, byte>
{
    public static int Count => 32;

    public static Vector256<byte> ShiftControl => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ref byte from) => Vector256.LoadUnsafe(ref from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> vector, ref byte to) => vector.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(int value) => Vector256.Create((byte)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> a, Vector256<byte> b) => Avx2.AddSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Subtract(Vector256<byte> a, Vector256<byte> b) => Avx2.SubtractSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Max(Vector256<byte> a, Vector256<byte> b) => Avx2.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> SelectEqual(Vector256<byte> a, Vector256<byte> b, Vector256<byte> same, Vector256<byte> other) =>
        Avx2.BlendVariable(other, same, Avx2.CompareEqual(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ShiftIn(Vector256<byte> current, Vector256<byte> previous, Vector256<byte> control) =>
        Avx2.AlignRight(current, Avx2.Permute2x128(previous, current, 0x21), 15);
}

/// <summary>16 lanes of 16 bits (AVX2).</summary>
internal readonly struct Shorts256 : ILanes<Vector256<ushort>, ushort>
{
    public static int Count => 16;

    public static Vector256<ushort> ShiftControl => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Load(ref ushort from) => Vector256.LoadUnsafe(ref from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ushort> vector, ref ushort to) => vector.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Broadcast(int value) => Vector256.Create((ushort)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Add(Vector256<ushort> a, Vector256<ushort> b) => Avx2.AddSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Subtract(Vector256<ushort> a, Vector256<ushort> b) => Avx2.SubtractSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Max(Vector256<ushort> a, Vector256<ushort> b) => Avx2.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> SelectEqual(Vector256<ushort> a, Vector256<ushort> b, Vector256<ushort> same, Vector256<ushort> other) =>
        Avx2.BlendVariable(other.AsByte(), same.AsByte(), Avx2.CompareEqual(a, b).AsByte()).AsUInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> ShiftIn(Vector256<ushort> current, Vector256<ushort> previous, Vector256<ushort> control) =>
        Avx2.AlignRight(current.AsByte(), Avx2.Permute2x128(previous.AsByte(), current.AsByte(), 0x21), 14).AsUInt16();
}
