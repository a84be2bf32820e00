using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

public sealed class GraphTests
{
    [Test]
    public void A_value_that_is_not_made_is_named()
    {
        Node node = new("n", OperatorCatalog.Create("Relu", OperatorAttributes.None, 1, 1), ["missing"], ["y"]);
        Assert.That(
            () => Make([node], ["y"]), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("missing").And.Message.Contains("node n (Relu)"));
    }

    [Test]
    public void A_value_made_twice_is_named()
    {
        Node node = new("n", OperatorCatalog.Create("Relu", OperatorAttributes.None, 1, 1), ["x"], ["y"]);
        Assert.That(
            () => Make([node, node with { Name = "m" }], ["y"]), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("'y' is made twice"));
    }

    [Test]
    public void An_output_that_is_not_made_is_named() =>
        Assert.That(() => Make([], ["z"]), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("output 'z'"));

    [Test]
    public void A_wrong_input_shape_names_graph_node_and_operator()
    {
        Graph graph = SmallGraph();
        Assert.That(() => graph.InferShapes(new TensorShape(1, 4, 8, 8)),
            Throws.InstanceOf<ShapeMismatchException>().With.Message.StartsWith("Graph small, node conv: Conv:"));
    }

    [Test]
    public void Cut_keeps_only_what_the_output_needs()
    {
        Graph graph = SmallGraph(), cut = graph.Cut("relu");
        Assert.Multiple(() =>
        {
            Assert.That(cut.Nodes.Select(n => n.Name), Is.EqualTo(new[] { "conv", "norm", "relu" }));
            Assert.That(cut.Parameters.Keys, Does.Contain("conv.weight").And.Not.Contain("fc.weight"));
            Assert.That(cut.Parameters["conv.weight"], Is.SameAs(graph.Parameters["conv.weight"]));
            Assert.That(cut.Outputs, Is.EqualTo(new[] { "relu" }));
        });
    }

    [Test]
    public void Clone_shares_no_parameter()
    {
        Graph graph = SmallGraph(), clone = graph.Clone();
        clone.Parameters["conv.weight"].Values[0] += 1;
        Assert.That(graph.Parameters["conv.weight"].Values[0], Is.EqualTo(clone.Parameters["conv.weight"].Values[0] - 1).Within(1e-6));
    }

    [Test]
    public void Trainable_parameters_leave_out_running_statistics_and_the_normalization()
    {
        Graph graph = SmallGraph().WithNormalization(Normalization.Imagenet);
        Assert.That(graph.TrainableParameters(), Is.EqualTo(new[] { "conv.weight", "conv.bias", "norm.weight", "norm.bias", "fc.weight", "fc.bias" }));
        Assert.That(graph.ParameterCount(), Is.EqualTo(4 * 27 + 4 + 4 + 4 + 20 + 5));
    }

    [Test]
    public void With_normalization_takes_images_from_0_to_255()
    {
        Graph graph = SmallGraph();
        Graph whole = graph.WithNormalization(Normalization.Imagenet, "image");
        Tensor image = OperatorGoldenTests.Numbers(new TensorShape(2, 3, 8, 8), 3, 0, 255), normalized = image.Clone();
        for (int i = 0; i < normalized.Values.Length; i++)
        {
            int channel = i / 64 % 3;
            normalized.Values[i] = (normalized.Values[i] - Normalization.Imagenet.Mean[channel]) / Normalization.Imagenet.Std[channel];
        }
        Assert.That(whole.Inputs[0].Name, Is.EqualTo("image"));
        Assert.That(GraphRun.Output(whole, image).Values.ToArray(), Is.EqualTo(GraphRun.Output(graph, normalized).Values.ToArray()).Within(1e-5));
    }

    [Test]
    public void With_normalization_works_for_free_image_sizes()
    {
        GraphBuilder free = new("free");
        Graph graph = free.Build(free.Relu(free.Input("x", new TensorShape(-1, 3, -1, -1)), "y"));
        Assert.That(graph.WithNormalization(Normalization.ZeroToOne).InferShapes(new TensorShape(2, 3, 5, 6))["y"], Is.EqualTo(new TensorShape(2, 3, 5, 6)));
    }

    [Test]
    public void Appended_graphs_run_one_after_the_other()
    {
        Graph first = SmallGraph().Cut("flatten");
        GraphBuilder head = new("head", 9);
        Graph next = head.Build(head.Softmax(head.Gemm(head.Input("features", new TensorShape(-1, 4)), "fc", 3), "score"));
        Graph both = first.Append(next, "head.");
        Tensor input = OperatorGoldenTests.Numbers(new TensorShape(2, 3, 8, 8), 1, -1, 1);
        Tensor expected = GraphRun.Output(next, GraphRun.Output(first, input));
        Assert.That(both.Outputs, Is.EqualTo(new[] { "head.score" }));
        Assert.That(GraphRun.Output(both, input).Values.ToArray(), Is.EqualTo(expected.Values.ToArray()));
        Assert.That(both.Parameters["head.fc.weight"], Is.SameAs(next.Parameters["fc.weight"]));
    }

    [Test]
    public void Appending_a_name_twice_is_refused()
    {
        Graph graph = SmallGraph();
        GraphBuilder head = new("head");
        Graph next = head.Build(head.Gemm(head.Input("features", new TensorShape(-1, 5)), "fc", 3));
        Assert.That(() => graph.Append(next), Throws.ArgumentException.With.Message.Contains("fc.weight"));
    }

    [Test]
    public void Rename_changes_names_only()
    {
        Graph graph = SmallGraph(), renamed = graph.Rename(name => "a/" + name);
        Tensor input = OperatorGoldenTests.Numbers(new TensorShape(1, 3, 8, 8), 1, -1, 1);
        Assert.That(renamed.Outputs, Is.EqualTo(new[] { "a/fc" }));
        Assert.That(GraphRun.Output(renamed, input).Values.ToArray(), Is.EqualTo(GraphRun.Output(graph, input).Values.ToArray()));
    }

    internal static Graph SmallGraph(ulong seed = 1)
    {
        GraphBuilder b = new("small", seed);
        string x = b.Conv(b.Input("x", new TensorShape(-1, 3, 8, 8)), "conv", 4, 3, 1, 1, bias: Initializer.Zeros);
        x = b.Relu(b.BatchNormalization(x, "norm"), "relu");
        return b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(x, "pool"), "flatten"), "fc", 5));
    }

    private static Graph Make(Node[] nodes, string[] outputs) =>
        new("g", [new GraphInput("x", new TensorShape(-1, 2))], nodes, outputs, new Dictionary<string, Tensor>());
}
