namespace Shrike.Core.Tests;

public sealed class AtomicFileTests
{
    [Fact]
    public void ADeviceIsWrittenDirectlyAndStaysOne()
    {
        using (var file = new AtomicFile("/dev/null"))
        {
            Assert.True(file.IsDevice);
            Assert.Equal("/dev/null", file.TemporaryPath);
            using (FileStream stream = file.OpenWrite()) stream.Write([1, 2, 3]);
            file.Complete();
        }

        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.False(AtomicFile.IsDevicePath("/dev/nothing-of-this-name"));
        Assert.False(AtomicFile.IsDevicePath("/etc/hostname"));
    }

    [Fact]
    public void AFileAppearsWholeOrNotAtAll()
    {
        using var folder = TestData.Temporary();
        using (var file = new AtomicFile(folder["a"]))
        {
            using (FileStream stream = file.OpenWrite()) stream.Write([1, 2, 3]);
            Assert.False(File.Exists(folder["a"]));
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
        AtomicFile.WriteAllText(folder["a"], "text");
        Assert.Equal("text", File.ReadAllText(folder["a"]));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(ExitCode.InputOutput, Assert.Throws<ShrikeException>(() => new AtomicFile(Path.Combine(folder.Path, "no", "b"))).ExitCode);
        Assert.Contains("is a folder", Assert.Throws<ShrikeException>(() => new AtomicFile(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANamedPipeIsRefused()
    {
        using var folder = TestData.Temporary();
        using (var make = System.Diagnostics.Process.Start("mkfifo", [folder["pipe"]])) make.WaitForExit();
        Assert.Contains("is a named pipe", Assert.Throws<ShrikeException>(() => new AtomicFile(folder["pipe"])).Message, StringComparison.Ordinal);
        using var file = new AtomicFile(folder["file"]);
    }
}
