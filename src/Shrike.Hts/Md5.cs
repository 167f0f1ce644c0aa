using Shrike.Hts.Native;

namespace Shrike.Hts;

/// <summary>MD5 as htslib computes it: that of the framework needs OpenSSL on Linux, which Shrike does without.</summary>
internal sealed unsafe class Md5 : IDisposable
{
    private const int Bytes = 16;
    private nint _state = LibHts.hts_md5_init();

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes) LibHts.hts_md5_update(_state, from, (nuint)bytes.Length);
    }

    /// <summary>Ends the sum: 32 hexadecimal digits, lower case.</summary>
    public string Hex()
    {
        byte* digest = stackalloc byte[Bytes];
        LibHts.hts_md5_final(digest, _state);
        return Convert.ToHexStringLower(new ReadOnlySpan<byte>(digest, Bytes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_state != 0) LibHts.hts_md5_destroy(_state);
        _state = 0;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the native state of a sum that was not disposed.</summary>
    ~Md5() => Dispose();
}
