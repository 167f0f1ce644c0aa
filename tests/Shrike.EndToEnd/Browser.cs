using System.Diagnostics;

namespace Shrike.EndToEnd;

/// <summary>Chromium without a window.</summary>
internal static class Browser
{
    /// <summary>What a page became, and the lines of its console: errors of scripts and everything it was not allowed to load.</summary>
    public static (string Dom, string[] Console) Open(string page, params string[] flags)
    {
        if (File.Exists("/snap/bin/chromium") && !File.Exists("/usr/bin/chromium")) Assert.Skip("chromium is a snap, which does not see temporary files");
        using var profile = TestData.Temporary();
        var start = new ProcessStartInfo("chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr", $"--user-data-dir={profile.Path}", .. flags, new Uri(page).AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error.Result);
            return (output, [.. error.Result.Split('\n').Where(l => l.Contains(":CONSOLE:", StringComparison.Ordinal))]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("chromium is not installed: apt-get install chromium");
            throw;
        }
    }
}
