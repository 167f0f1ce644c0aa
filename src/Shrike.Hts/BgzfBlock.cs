using Shrike.Core;
using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>Single BGZF blocks, for files whose blocks are made by several threads.</summary>
public static unsafe class BgzfBlock
{
    /// <summary>Most bytes of content in a block.</summary>
    public const int MaxContent = 0xff00;

    /// <summary>Most bytes of a block.</summary>
    public const int MaxSize = 1 << 16;

    /// <summary>The block that ends a file.</summary>
    public static ReadOnlySpan<byte> EndOfFile => [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Makes one block; safe for several threads.</summary>
    /// <param name="content">At most <see cref="MaxContent"/> bytes.</param>
    /// <param name="block">At least <see cref="MaxSize"/> bytes.</param>
    /// <param name="level">Deflate level 0..9, -1 for the library's default.</param>
    /// <returns>Size of the block.</returns>
    public static int Compress(ReadOnlySpan<byte> content, Span<byte> block, int level = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, MaxContent);
        ArgumentOutOfRangeException.ThrowIfLessThan(block.Length, MaxSize);
        LibHts.EnsureLoaded();
        nuint size = MaxSize;
        fixed (byte* source = content, target = block)
        {
            if (LibHts.bgzf_compress(target, &size, source, (nuint)content.Length, level) != 0) throw new ShrikeException(ExitCode.Internal, "a BGZF block cannot be compressed");
        }

        return (int)size;
    }
}
