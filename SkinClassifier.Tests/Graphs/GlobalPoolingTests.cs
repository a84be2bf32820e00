using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>A pooling over the whole map at a network's own size becomes a global one, so that other sizes work.</summary>
public sealed class GlobalPoolingTests
{
    [TestCase(true, "GlobalAveragePool")]
    [TestCase(false, "GlobalMaxPool")]
    public void A_window_over_the_whole_map_becomes_global_and_gives_the_same_numbers(bool average, string expected)
    {
        Graph graph = Network(new TensorShape(1, 3, 8, 10), average, 4, 5), pooled = graph.WithGlobalPoolings();
        Assert.That(pooled.Nodes.Select(n => n.Operator.OpType), Is.EqualTo(new[] { "MaxPool", expected }));
        Tensor image = OperatorGoldenTests.Numbers(new TensorShape(1, 3, 8, 10), 3, -1, 1);
        Assert.That(GraphRun.Output(pooled, image).Values.ToArray(), Is.EqualTo(GraphRun.Output(graph, image).Values.ToArray()).Within(1e-6f));
        Assert.That(pooled.InferShapes(new TensorShape(1, 3, 20, 4))["whole"], Is.EqualTo(new TensorShape(1, 3, 1, 1)));
        Assert.That(pooled.WithGlobalPoolings(), Is.SameAs(pooled));
    }

    [Test]
    public void Smaller_windows_and_networks_without_a_size_stay_as_they_are()
    {
        Graph smaller = Network(new TensorShape(1, 3, 8, 10), true, 4, 4), whole = Network(new TensorShape(1, 3, 8, 10), true, 4, 5);
        TensorShape anySize = new(1, 3, TensorShape.Free, TensorShape.Free);
        Graph open = new(whole.Name, [whole.Inputs[0] with { Shape = anySize }], whole.Nodes, whole.Outputs, whole.Parameters);
        Assert.That((smaller.WithGlobalPoolings(), open.WithGlobalPoolings()), Is.EqualTo((smaller, open)));
    }

    private static Graph Network(TensorShape input, bool average, int height, int width)
    {
        GraphBuilder builder = new("net");
        string half = builder.MaxPool(builder.Input("input", input), "half", 2);
        Extent window = new(height, width);
        return builder.Build(average ? builder.AveragePool(half, "whole", window) : builder.MaxPool(half, "whole", window));
    }
}
