using Shrike.Calling.Genotyping;
using Shrike.Core;

namespace Shrike.Calling.Tests.Genotyping;

public sealed class MultiallelicModelTests
{
    private static readonly double[][] WorkedInputs =
    [
        [.19, .75, .06, .03, .93, .04, .03, .92, .05],
        [.99997, .00002, .00001, .978, .03, .002, .992, .007, .001],
        [0, 1, 0, 0, 1, 0, 1, 0, 0],
    ];

    private static readonly double[][] WorkedOutputs =
    [
        [0.033062, 0.1049802, 0.004963651, 0.5842303, 0.2543793, 0.01838462],
        [0.9333074, 0.01512661, 0.0006183629, 0.04965052, 2.918063e-05, 0.001267944],
        [0.001330039, 0.009575603, 1.977691e-05, 0.0007604322, 0.9380215, 0.05029265],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ThePublishedModelGivesTheWorkedValues(int example)
    {
        MultiallelicModel model = MultiallelicModel.Load(TestData.PathOf("upstream", "multiallelic_model"));
        double[] x = WorkedInputs[example];
        double[] y = model.Evaluate(x.AsSpan(0, 3), x.AsSpan(3, 3), x.AsSpan(6, 3));
        Assert.Equal(6, y.Length);
        for (int i = 0; i < 6; i++) Assert.Equal(WorkedOutputs[example][i], y[i], 2e-6);
        Assert.Equal(1, y.Sum(), 1e-6);
    }

    [Fact]
    public void AFolderThatIsNoModelIsNamed()
    {
        using var folder = TestData.Temporary();
        Assert.Contains(folder.Path, Assert.Throws<ShrikeException>(() => MultiallelicModel.Load(folder.Path)).Message, StringComparison.Ordinal);
    }
}
