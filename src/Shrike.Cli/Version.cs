using System.Reflection;

namespace Shrike.Cli;

/// <summary>Version of the program.</summary>
internal static class Version
{
    /// <summary>Like <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        (typeof(Version).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}
