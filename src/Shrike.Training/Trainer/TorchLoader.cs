using System.Buffers.Binary;
using System.Text;
using Shrike.Core;

namespace Shrike.Training.Trainer;

/// <summary>
/// Makes TorchSharp's native library loadable where the C++ runtime is older than the one it was built with (Debian 12
/// has GLIBCXX_3.4.30, it asks for 3.4.32). The only symbol it needs of that version is an empty initialiser; the copy
/// beside this program is changed to ask for a harmless function of the C library in its place.
/// </summary>
public static class TorchLoader
{
    private const string Symbol = "_ZSt21ios_base_library_initv";
    private const string Harmless = "getpid";
    private const string Wanted = "GLIBCXX_3.4.32";
    private const string Present = "GLIBCXX_3.4.30";

    /// <summary>Checks the library, changes it if it must be, and loads it.</summary>
    /// <exception cref="ShrikeException">It cannot be loaded; the message says why.</exception>
    public static void Load()
    {
        string? path = Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).FirstOrDefault();
        if (path is not null && OperatingSystem.IsLinux() && !RuntimeHas(Wanted)) Patch(path);
        try
        {
            TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or NotSupportedException or FileNotFoundException)
        {
            throw ShrikeException.Usage($"libtorch cannot be loaded: {e.GetBaseException().Message.ReplaceLineEndings(" ")} (training needs glibc and libstdc++ of Debian 12 or later)");
        }
    }

    private static bool RuntimeHas(string version)
    {
        string? runtime = new[] { "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib64/libstdc++.so.6", "/usr/lib/libstdc++.so.6" }.FirstOrDefault(File.Exists);
        return runtime is null || File.ReadAllBytes(runtime).AsSpan().IndexOf(Encoding.ASCII.GetBytes(version + "\0")) >= 0;
    }

    /// <summary>Rewrites the version needed and the one symbol of an ELF64 little-endian library.</summary>
    private static void Patch(string path)
    {
        byte[] elf = File.ReadAllBytes(path);
        int version = elf.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Wanted + "\0"));
        int symbol = elf.AsSpan().IndexOf(Encoding.ASCII.GetBytes("\0" + Symbol + "\0")) + 1;
        if (version < 0 || symbol <= 0) return;
        Section strings = default, symbols = default, versions = default, needs = default;
        foreach (Section s in Sections(elf))
        {
            if (s.Type == 11) symbols = s;
            if (s.Type == 0x6fffffff) versions = s;
            if (s.Type == 0x6ffffffe) needs = s;
            if (s.Type == 3 && symbol >= s.Offset && symbol < s.Offset + s.Size) strings = s;
        }

        if (symbols.Size == 0 || versions.Size == 0 || needs.Size == 0 || strings.Size == 0) return;
        uint wantedHash = Hash(Wanted);
        for (int at = needs.Offset; at + 16 <= needs.Offset + needs.Size; at += 4)
        {
            // An entry of the needed versions: hash, flags, index, place of the name.
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at)) == wantedHash && BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at + 8)) == version - strings.Offset)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(at), Hash(Present));
            }
        }

        Encoding.ASCII.GetBytes(Present).CopyTo(elf, version);
        for (int i = 0; i * 24 < symbols.Size; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(symbols.Offset + (i * 24))) != symbol - strings.Offset) continue;

            // 1: any version will do.
            BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(versions.Offset + (i * 2)), 1);
        }

        elf.AsSpan(symbol, Symbol.Length).Clear();
        Encoding.ASCII.GetBytes(Harmless).CopyTo(elf, symbol);
        using var file = new AtomicFile(path);
        using (FileStream stream = file.OpenWrite()) stream.Write(elf);
        file.Complete();
    }

    private readonly record struct Section(uint Type, int Offset, int Size);

    private static IEnumerable<Section> Sections(byte[] elf)
    {
        long table = BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(0x3c));
        for (int i = 0; i < count; i++)
        {
            int at = (int)table + (i * 64);
            yield return new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at + 4)),
                (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(at + 0x18)),
                (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(at + 0x20)));
        }
    }

    /// <summary>The hash ELF uses for names of versions.</summary>
    private static uint Hash(string name)
    {
        uint h = 0;
        foreach (char c in name)
        {
            h = (h << 4) + c;
            uint high = h & 0xf0000000;
            h ^= high >> 24;
            h &= ~high;
        }

        return h;
    }
}
