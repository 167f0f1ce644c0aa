using System.Runtime.InteropServices;
using Shrike.Core;

namespace Shrike.Hts;

/// <summary>Inputs named by an address (https, s3, gs, ...), which htslib reads where it was built with libcurl.</summary>
public static class RemoteFile
{
    // Numbers of the system, on Linux and macOS: one of either means nothing that opening a file could run into on the other.
    private const int NotPermitted = 1, NoEntry = 2, NoExecutable = 8, NoAccess = 13;
    private const int UnknownProtocol = 93, UnknownProtocolMac = 43, NoAddress = 89, NoAddressMac = 39;

    /// <summary>Whether a name is an address and not a path.</summary>
    public static bool Is(string path) => path.Contains("://", StringComparison.Ordinal);

    /// <summary>Throws for an address that could not be opened; does nothing for a path, or if what came is merely of another format.</summary>
    /// <param name="path">Name of the input.</param>
    /// <param name="errno">The number that htslib left, which stands for the server's answer too.</param>
    /// <exception cref="ShrikeException">With the cause (exit 4).</exception>
    internal static void ThrowUnlessOpened(string path, int errno)
    {
        if (!Is(path) || errno == NoExecutable) return;
        string cause = errno switch
        {
            NoEntry => "no such file there (404)",
            NotPermitted or NoAccess => "the server refuses access (401 or 403): are the credentials set?",
            NoAddress or NoAddressMac => "the server's name is not known: is it spelt right, and the network there?",
            UnknownProtocol or UnknownProtocolMac => $"the htslib in use cannot open {path[..path.IndexOf("://", StringComparison.Ordinal)]} addresses (shrike doctor names it): download the file, or use an htslib built with libcurl",
            _ => Marshal.GetPInvokeErrorMessage(errno),
        };
        throw ShrikeException.InputOutput($"{path}: cannot be read: {cause}");
    }
}
