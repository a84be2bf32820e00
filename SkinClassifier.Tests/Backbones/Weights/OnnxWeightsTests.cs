using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Backbones.Weights;

/// <summary>Weights of an ONNX file go into a built-in network only when every layer finds its place and both compute the same.</summary>
public sealed class OnnxWeightsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare() => _folder = new TemporaryFolder();

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void Other_pads_are_named()
    {
        Node first = Source().Nodes.First(n => n.Operator.OpType == "Conv");
        AssertRefused(
            Changed(first, new() { ["pads"] = new long[] { 0, 0, 2, 2 } }), $"{first.Name} (pads: expected [1,1,1,1], received [0,0,2,2])", "--backbone");
    }

    [Test]
    public void The_same_pads_said_otherwise_are_taken()
    {
        Graph source = Source();
        Node first = source.Nodes.First(n => n.Operator.OpType == "Conv");
        Operator pad =
            OperatorCatalog.Create("Pad", new OperatorAttributes(null, new Dictionary<int, object> { [1] = new long[] { 0, 0, 1, 1, 0, 0, 1, 1 } }), 1, 1);
        Node bare = With(first, new() { ["pads"] = new long[] { 0, 0, 0, 0 } }) with { Inputs = ["padded", .. first.Inputs.Skip(1)] };
        Node[] nodes = [new Node("pad", pad, [first.Inputs[0]], ["padded"]), .. source.Nodes.Select(n => n == first ? bare : n)];
        Assert.That(Load(new Graph(source.Name, source.Inputs, nodes, source.Outputs, source.Parameters)), Is.Empty);
    }

    [Test]
    public void Another_epsilon_is_named()
    {
        Node normalization = Source().Nodes.Where(n => n.Operator.OpType == "BatchNormalization").ElementAt(2);
        AssertRefused(Changed(normalization, new() { ["epsilon"] = 0.05f }), $"{normalization.Name} (epsilon: expected 1E-05, received 0.05)");
    }

    [Test]
    public void An_epsilon_that_changes_nothing_is_taken() =>
        Assert.That(Load(Changed(Source().Nodes.First(n => n.Operator.OpType == "BatchNormalization"), new() { ["epsilon"] = 1.001e-5f })), Is.Empty);

    [Test]
    public void Other_activations_are_refused()
    {
        Graph source = Source();
        Operator tanh = OperatorCatalog.Create("Tanh", OperatorAttributes.None, 1, 1);
        Node clip = source.Nodes.First(n => n.Operator.OpType == "Clip");
        AssertRefused(Replaced(source, clip, clip with { Operator = tanh }), "activations, poolings or paddings", "features differ by");
    }

    [Test]
    public void A_layer_without_a_place_is_named()
    {
        Graph source = Source();
        string last = source.Nodes.Last(n => n.Operator.OpType == "GlobalAveragePool" || n.Operator.OpType == "ReduceMean").Inputs[0];
        Node maker = source.Nodes.Single(n => n.Outputs[0] == last);
        int channels = source.InferShapes(new TensorShape(1, 3, 32, 32))[last][1];
        Dictionary<string, Tensor> parameters = new(source.Parameters)
        {
            ["ninth.weight"] = new Tensor(new TensorShape(channels, channels, 1, 1)),
            ["ninth.bias"] = new Tensor(new TensorShape(channels), [.. Enumerable.Repeat(1f, channels)])
        };
        Node moved = maker with { Outputs = ["before"] },
            extra = new("ninth", OperatorCatalog.Create("Conv", OperatorAttributes.None, 3, 1), ["before", "ninth.weight", "ninth.bias"], [last]);
        Graph longer =
            new(source.Name, source.Inputs, [.. source.Nodes.SelectMany(n => n == maker ? [moved, extra] : new[] { n })], source.Outputs, parameters);
        AssertRefused(longer, "2 unknown: ninth.weight, ninth.bias");
    }

    [Test]
    public void A_bias_without_a_place_is_named_and_one_of_zeros_is_not_missed()
    {
        foreach (float value in (ReadOnlySpan<float>)[0f, 0.5f])
        {
            Graph source = Source();
            Node first = source.Nodes.First(n => n.Operator.OpType == "Conv");
            Dictionary<string, Tensor> parameters =
                new(source.Parameters) { ["spare.bias"] = new Tensor(new TensorShape(source.Parameters[first.Inputs[1]].Shape[0])) };
            parameters["spare.bias"].Values.Fill(value);
            Node biased =
                first with { Operator = OperatorCatalog.Create("Conv", first.Operator.Attributes, 3, 1), Inputs = [.. first.Inputs.Take(2), "spare.bias"] };
            Graph graph = new(source.Name, source.Inputs, [.. source.Nodes.Select(n => n == first ? biased : n)], source.Outputs, parameters);
            if (value == 0)
                Assert.That(Load(graph), Is.Empty);
            else
                AssertRefused(graph, "1 unknown: spare.bias");
        }
    }

    [Test]
    public void Nothing_is_copied_when_the_file_computes_something_else()
    {
        Backbone target = Network(8);
        float[] before = target.Graph.Parameters["features.0.0.weight"].Values.ToArray();
        string path = Write(Changed(Source().Nodes.First(n => n.Operator.OpType == "Conv"), new() { ["pads"] = new long[] { 2, 2, 0, 0 } }));
        Assert.That(() => BackboneWeights.Load(target, path), Throws.InstanceOf<ShapeMismatchException>());
        Assert.That(target.Graph.Parameters["features.0.0.weight"].Values.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void Files_of_TorchSharp_are_refused_with_the_way_to_safetensors() =>
        Assert.That(() => BackboneWeights.Load(Network(1), "net.dat"),
            Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("TorchSharp.PyBridge").And.Message.Contains("net.safetensors"));

    private static Backbone Network(ulong seed) =>
        Architecture.MobileNetV2.Build(new BackboneOptions { Classes = 5, Seed = seed, WidthMultiplier = 0.35, InputSize = 32 });

    private static Graph Source() => _source.Clone();

    private static readonly Graph _source = MakeSource();

    /// <summary>A network as a file would have it, with scales and variances that are not 1.</summary>
    private static Graph MakeSource()
    {
        Graph graph = Network(7).Graph;
        SeededRandom random = new(7);
        foreach ((_, Tensor value) in graph.Parameters.Where(
            p => p.Value.Shape.Rank == 1 && (p.Key.EndsWith(".running_var", StringComparison.Ordinal) || p.Key.EndsWith(".weight", StringComparison.Ordinal))))
            foreach (ref float v in value.Values)
                v = 0.5f + random.NextSingle();
        return graph;
    }

    private void AssertRefused(Graph graph, params string[] texts)
    {
        ShapeMismatchException refused = Assert.Throws<ShapeMismatchException>(() => Load(graph))!;
        foreach (string text in texts)
            Assert.That(refused.Message, Does.Contain(text));
    }

    private IReadOnlyList<string> Load(Graph graph) => BackboneWeights.Load(Network(8), Write(graph));

    private string Write(Graph graph)
    {
        string path = _folder.File("net.onnx");
        using FileStream stream = File.Create(path);
        OnnxModel.Write(graph, stream);
        return path;
    }

    private static Graph Changed(Node node, Dictionary<string, object> attributes)
    {
        Graph source = Source();
        Node same = source.Nodes.Single(n => n.Name == node.Name);
        return Replaced(source, same, With(same, attributes));
    }

    private static Graph Replaced(Graph graph, Node node, Node by) =>
        new(graph.Name, graph.Inputs, [.. graph.Nodes.Select(n => n == node ? by : n)], graph.Outputs, graph.Parameters);

    private static Node With(Node node, Dictionary<string, object> changes)
    {
        Dictionary<string, object> attributes = new(node.Operator.Attributes.Attributes);
        foreach ((string name, object value) in changes)
            attributes[name] = value;
        return node with
        {
            Operator =
            OperatorCatalog.Create(node.Operator.OpType, new OperatorAttributes(attributes, node.Operator.Attributes.ConstantInputs), node.Inputs.Count, 1)
        };
    }
}
