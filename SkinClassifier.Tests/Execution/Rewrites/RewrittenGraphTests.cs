using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution.Rewrites;

/// <summary>What prediction and training make of the same nodes.</summary>
public sealed class RewrittenGraphTests
{
    private static readonly TensorShape _shape = new(2, 3, 6, 5);

    private static IEnumerable<TestCaseData> Functions()
    {
        yield return Case("Relu", null, null, Activation.Relu);
        yield return Case("Clip", null, new() { [1] = 0f, [2] = 6f }, new Activation(ActivationKind.Clip, 0, 6));
        yield return Case("Sigmoid", null, null, new Activation(ActivationKind.Sigmoid));
        yield return Case("Swish", null, null, new Activation(ActivationKind.Silu));
        yield return Case("HardSigmoid", new() { ["alpha"] = 0.25f, ["beta"] = 0.125f }, null, new Activation(ActivationKind.HardSigmoid, 0.25f, 0.125f));
        yield return Case("HardSwish", null, null, new Activation(ActivationKind.HardSwish, 1 / 6f, 0.5f));
        yield return Case("LeakyRelu", new() { ["alpha"] = 0.3f }, null, new Activation(ActivationKind.LeakyRelu, 0.3f));
        yield return Case("Gelu", null, null, new Activation(ActivationKind.Gelu));

        static TestCaseData Case(string type, Dictionary<string, object>? attributes, Dictionary<int, object>? constants, Activation expected) =>
            new TestCaseData(type, attributes, constants, expected).SetArgDisplayNames(type);
    }

    [TestCaseSource(nameof(Functions))]
    public void An_activation_is_part_of_a_predicted_convolution_and_a_step_of_training(
        string type, Dictionary<string, object>? attributes, Dictionary<int, object>? constants, object expected)
    {
        NetworkSketch sketch = new(2, 3, 6, 5);
        string output = sketch.Node(type, [sketch.Conv("x", 3, 16, (1, 1))], attributes, constants);
        Assert.That(Predicted(sketch, output).Single(), Is.InstanceOf<FusedConvolution>());
        Assert.That(Predicted(sketch, output).Single().Activation, Is.EqualTo(expected));
        Assert.That(Kinds(Trained(sketch, output)), Is.EqualTo(new[] { typeof(SingleNode), typeof(FusedActivation) }));
        Assert.That(Trained(sketch, output)[1].Activation, Is.EqualTo(expected));
    }

    [Test]
    public void A_product_with_its_own_sigmoid_is_one_activation([Values] bool sigmoidFirst)
    {
        NetworkSketch sketch = new(2, 3, 6, 5);
        string x = sketch.Conv("x", 3, 16, (1, 1)), gate = sketch.Node("Sigmoid", [x]), output = sketch.Node("Mul", sigmoidFirst ? [gate, x] : [x, gate]);
        Assert.That(Predicted(sketch, output).Single().Activation, Is.EqualTo(new Activation(ActivationKind.Silu)));
        IReadOnlyList<FusedNode> trained = Trained(sketch, output);
        Assert.That(Kinds(trained), Is.EqualTo(new[] { typeof(SingleNode), typeof(FusedActivation) }));
        Assert.That(trained[1].Activation, Is.EqualTo(new Activation(ActivationKind.Silu)));
        Assert.That(trained[1].Parts.Select(p => p.Operator.OpType), Is.EqualTo(new[] { "Sigmoid", "Mul" }));
    }

    [Test]
    public void A_sigmoid_that_something_else_reads_stays()
    {
        NetworkSketch sketch = new(2, 3, 6, 5);
        string x = sketch.Conv("x", 3, 16, (1, 1)), gate = sketch.Node("Sigmoid", [x]), output = sketch.Node("Add", [sketch.Node("Mul", [x, gate]), gate]);
        Type[] rest = [typeof(FusedActivation), typeof(FusedCombination), typeof(FusedCombination)];
        Assert.That(Kinds(Predicted(sketch, output)), Is.EqualTo(rest.Prepend(typeof(FusedConvolution))));
        Assert.That(Kinds(Trained(sketch, output)), Is.EqualTo(rest.Prepend(typeof(SingleNode))));
    }

    [Test]
    public void A_product_with_its_own_hard_sigmoid_is_one_activation_of_prediction()
    {
        NetworkSketch sketch = new(2, 3, 6, 5);
        string x = sketch.Conv("x", 3, 16, (1, 1)), output = sketch.Node("Mul", [x, sketch.Node("HardSigmoid", [x])]);
        Assert.That(Predicted(sketch, output).Single().Activation, Is.EqualTo(new Activation(ActivationKind.HardSwish, 0.2f, 0.5f)));
        Assert.That(Kinds(Trained(sketch, output)), Is.EqualTo(new[] { typeof(SingleNode), typeof(FusedActivation), typeof(FusedCombination) }));
    }

    [TestCase(new[] { 0L, 2, 3, 1 }, new[] { 0L, 3, 1, 2 }, true)]
    [TestCase(new[] { 0L, 3, 2, 1 }, new[] { 0L, 3, 2, 1 }, false)]
    public void A_normalization_between_transposes_to_channels_last_and_back_is_one_node(long[] there, long[] back, bool isOne)
    {
        NetworkSketch sketch = new(2, 3, 6, 6);
        string x = sketch.Conv("x", 3, 16, (1, 1)), last = sketch.Node("Transpose", [x], new() { ["perm"] = there });
        string normalized = sketch.Node("LayerNormalization", [last, sketch.Parameter(0.5f, 1, 16), sketch.Parameter(0, 1, 16)], new() { ["epsilon"] = 0.25f });
        string output = sketch.Node("Transpose", [normalized], new() { ["perm"] = back });
        foreach (IReadOnlyList<FusedNode> nodes in new[] { Predicted(sketch, output), Trained(sketch, output) })
            if (isOne)
            {
                Assert.That(nodes, Has.Count.EqualTo(2));
                Assert.That(nodes[1], Is.InstanceOf<FusedPixelNormalization>().With.Property("Epsilon").EqualTo(0.25f).And.Property("Input").EqualTo(x));
                Assert.That(nodes[1].Parts.Select(p => p.Operator.OpType), Is.EqualTo(new[] { "Transpose", "LayerNormalization", "Transpose" }));
            }
            else
                Assert.That(nodes.Skip(1), Is.All.InstanceOf<SingleNode>().And.Exactly(3).Items);
    }

    [Test]
    public void Only_prediction_folds_constants()
    {
        NetworkSketch sketch = new(2, 3, 6, 5);
        string x = sketch.Node("Pad", ["x"], null, new() { [1] = new long[] { 0, 0, 1, 1, 0, 0, 1, 1 } });
        string output = sketch.Node("Add", [sketch.BatchNormalization(sketch.Conv(x, 3, 16, (3, 3)), 16), sketch.Parameter(0, 1, 16, 1, 1)]);
        Assert.That(Predicted(sketch, output).Single(), Is.InstanceOf<FusedConvolution>().With.Property("Input").EqualTo("x"));
        Assert.That(Trained(sketch, output), Is.All.InstanceOf<SingleNode>().And.Exactly(4).Items);
    }

    [Test]
    public void Without_rewrites_every_needed_node_is_the_graphs_own()
    {
        NetworkSketch sketch = new(2, 3, 6, 5);
        string output = sketch.Node("Relu", [sketch.Node("Relu", ["x"])]);
        sketch.Node("Abs", [output]);
        Graph graph = sketch.Build(output);
        RewrittenGraph rewritten = new(graph, graph.InferShapes(_shape), []);
        Assert.That(rewritten.Nodes.Select(n => n.Parts.Single()), Is.EqualTo(graph.Nodes.Take(2)).Using<Node>(ReferenceEquals));
        Assert.That(rewritten.Output, Is.EqualTo(output));
    }

    [Test]
    public void Every_kind_of_node_that_training_knows_has_its_parts()
    {
        foreach (SkinClassifier.Backbones.Architecture architecture in SkinClassifier.Backbones.ArchitectureCatalog.All)
        {
            Graph graph = architecture.Build(new() { Classes = 2, SkipInitialization = true }).Graph;
            TensorShape input = new(1, 3, architecture.InputSize, architecture.InputSize);
            RewrittenGraph rewritten = new(graph, graph.InferShapes(input), GraphRewrites.Training);
            Assert.That(rewritten.Nodes.SelectMany(n => n.Parts).Order(Comparer<Node>.Create((a, b) => PlaceOf(a).CompareTo(PlaceOf(b)))),
                Is.EqualTo(rewritten.Source.Nodes).Using<Node>(ReferenceEquals), architecture.Name);

            int PlaceOf(Node node) => rewritten.Source.Nodes.ToList().IndexOf(node);
        }
    }

    private static IReadOnlyList<FusedNode> Predicted(NetworkSketch sketch, string output) => Nodes(sketch, output, GraphRewrites.Inference);

    private static IReadOnlyList<FusedNode> Trained(NetworkSketch sketch, string output) => Nodes(sketch, output, GraphRewrites.Training);

    private static IReadOnlyList<FusedNode> Nodes(NetworkSketch sketch, string output, IReadOnlyList<GraphRewrite> rewrites)
    {
        Graph graph = sketch.Build(output);
        return new RewrittenGraph(graph, graph.InferShapes(sketch.Input), rewrites).Nodes;
    }

    private static IEnumerable<Type> Kinds(IEnumerable<FusedNode> nodes) => nodes.Select(n => n.GetType());
}
