using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

public sealed class GraphBuilderTests
{
    [Test]
    public void Shapes_are_known_while_building()
    {
        GraphBuilder b = new("g");
        string x = b.Input("x", new TensorShape(-1, 3, 32, 32));
        x = b.MaxPool(b.Conv(x, "c", 8, 3, 2, 1), "p", 3, 2, ceil: true);
        Assert.That(b.ShapeOf(x), Is.EqualTo(new TensorShape(1, 8, 8, 8)));
    }

    [Test]
    public void A_layer_that_does_not_fit_fails_where_it_is_written()
    {
        GraphBuilder b = new("g");
        string x = b.Input("x", new TensorShape(-1, 3, 4, 4));
        Assert.That(() => b.Conv(x, "big", 8, 7), Throws.InstanceOf<ShapeMismatchException>().With.Message.StartsWith("Graph g, node big: Conv:"));
    }

    [Test]
    public void A_taken_name_is_refused()
    {
        GraphBuilder b = new("g");
        string x = b.Relu(b.Input("x", new TensorShape(-1, 3)), "y");
        Assert.That(() => b.Relu(x, "y"), Throws.ArgumentException.With.Message.Contains("'y' is taken"));
    }

    [Test]
    public void An_unknown_value_is_refused() =>
        Assert.That(() => new GraphBuilder("g").Relu("nothing", "y"), Throws.ArgumentException.With.Message.Contains("'nothing'"));

    [Test]
    public void First_weights_depend_on_seed_and_name_only()
    {
        Tensor one = GraphTests.SmallGraph(5).Parameters["conv.weight"], same = GraphTests.SmallGraph(5).Parameters["conv.weight"],
            other = GraphTests.SmallGraph(6).Parameters["conv.weight"];
        GraphBuilder alone = new("alone", 5);
        alone.Conv(alone.Input("x", new TensorShape(-1, 3, 8, 8)), "conv", 4, 3);
        Assert.Multiple(() =>
        {
            Assert.That(same.Values.ToArray(), Is.EqualTo(one.Values.ToArray()));
            Assert.That(other.Values.ToArray(), Is.Not.EqualTo(one.Values.ToArray()));
            Assert.That(alone.Build("conv").Parameters["conv.weight"].Values.ToArray(), Is.EqualTo(one.Values.ToArray()));
        });
    }

    private static IEnumerable<TestCaseData> Initializers =>
    [
        new TestCaseData(Initializer.Normal(0.02), 0.02),
        new TestCaseData(Initializer.KaimingNormal(FanMode.Out), Math.Sqrt(2.0 / (64 * 9))),
        new TestCaseData(Initializer.KaimingNormal(FanMode.In), Math.Sqrt(2.0 / (32 * 9))),
        new TestCaseData(Initializer.KaimingUniform(), Math.Sqrt(1.0 / 3 / (32 * 9))),
        new TestCaseData(Initializer.XavierUniform(), Math.Sqrt(2.0 / (96 * 9))),
        new TestCaseData(Initializer.Uniform(-0.3, 0.3), 0.3 / Math.Sqrt(3)),
        new TestCaseData(Initializer.TruncatedNormal(0.02), 0.02),
        new TestCaseData(Initializer.TruncatedNormal(1, -1, 1), 0.5395),
    ];

    [TestCaseSource(nameof(Initializers))]
    public void First_weights_have_the_deviation_of_their_formula(Initializer initializer, double deviation)
    {
        float[] values = initializer.Create(new TensorShape(64, 32, 3, 3), 3, "w").Values.ToArray();
        double mean = values.Average(v => (double)v), variance = values.Average(v => (v - mean) * (v - mean));
        Assert.That(mean, Is.EqualTo(0).Within(4 * deviation / Math.Sqrt(values.Length)));
        Assert.That(Math.Sqrt(variance), Is.EqualTo(deviation).Within(0.02 * deviation));
    }
}
