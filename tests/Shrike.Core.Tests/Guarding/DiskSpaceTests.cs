using Shrike.Core.Guarding;

namespace Shrike.Core.Tests.Guarding;

public sealed class DiskSpaceTests
{
    [Fact]
    public void TheFolderMayBeYetToBeMade()
    {
        using var folder = TestData.Temporary();
        Assert.Equal(folder.Path, DiskSpace.FolderOf(folder["a/b/c.vcf.gz"]));
        Assert.InRange(DiskSpace.FreeFor(folder["a/b/c.vcf.gz"])!.Value, 1, long.MaxValue);
    }

    [Fact]
    public void DevicesHaveNoRoomToSpeakOf()
    {
        var log = new List<string>();
        DiskSpace.WarnIfLow(["/dev/null", "", "/dev/stdout"], log.Add);
        Assert.Null(DiskSpace.FreeFor("/dev/null"));
        Assert.Empty(log);
    }
}
