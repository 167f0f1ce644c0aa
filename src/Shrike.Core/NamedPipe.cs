using System.Runtime.InteropServices;

namespace Shrike.Core;

/// <summary>Tells named pipes (mkfifo) from files, which .NET does not.</summary>
public static unsafe partial class NamedPipe
{
    private const int CurrentFolder = -100;
    private const uint OnlyType = 1;
    private const int BufferBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Pipe = 0x1000;

    /// <summary>Whether a path is a named pipe; false where the system cannot tell.</summary>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        byte* answer = stackalloc byte[BufferBytes];
        try
        {
            return statx(CurrentFolder, path, 0, OnlyType, answer) == 0 && (*(ushort*)(answer + ModeOffset) & TypeMask) == Pipe;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* answer);
}
