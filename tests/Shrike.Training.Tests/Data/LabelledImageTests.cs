using Shrike.Training.Data;

namespace Shrike.Training.Tests.Data;

public sealed class LabelledImageTests
{
    [Fact]
    public void ImagesRoundTripAndDamageIsNamed()
    {
        using var folder = TestData.Temporary();
        LabelledImage[] images = [new(2, VariantKind.Deletion, [1, 2, 3]), new(0, VariantKind.Snp, [])];
        using (FileStream file = File.Create(folder["x"])) Array.ForEach(images, i => i.Write(file));
        Assert.Equal([(2, VariantKind.Deletion, 3), (0, VariantKind.Snp, 0)], LabelledImage.ReadAll(folder["x"]).Select(i => ((int)i.Label, i.Kind, i.Rows.Length)));
        File.WriteAllText(folder["y"], "something else");
        Assert.Throws<Core.ShrikeException>(() => LabelledImage.ReadAll(folder["y"]).Count());
    }
}
