using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>What a plan takes: no allocation once it has run, little memory, weights packed once and again after they change.</summary>
internal sealed class PlanCostTests
{
    [Test]
    public void Hundred_runs_allocate_nothing(
        [Values(1, 2)] int threads, [Values("mobilenet_v2", "small_cnn", "dense")] string network, [Values(1, 3)] int batch)
    {
        (Graph graph, TensorShape shape) = network == "dense" ? Dense(batch) : Builtin(network, batch, 64);
        using InferencePlan plan = InferencePlan.Create(graph, shape, new PlanOptions { Workers = new WorkerPool(threads) });
        float[] input = PlainRun.Random(shape.ElementCount, 1), output = new float[plan.OutputShape.ElementCount];
        Assert.That(AllocatedBytes.Of(100, () => plan.Run(input, output)), Is.Zero);
    }

    [Test]
    public void Memory_stays_under_one_and_a_half_times_weights_and_largest_activations([Values("mobilenet_v2", "resnet50")] string network)
    {
        (Graph graph, TensorShape shape) = Builtin(network, 1, 224);
        using InferencePlan plan = InferencePlan.Create(graph, shape);
        IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(shape);
        long weights = graph.Parameters.Values.Sum(p => (long)p.Values.Length);
        long pair = graph.Nodes.Max(n => n.Inputs.Where(i => !graph.Parameters.ContainsKey(i)).Concat(n.Outputs).Sum(v => (long)shapes[v].ElementCount));
        Assert.That(plan.Network.ArenaLength + plan.Weights.Length, Is.LessThan(1.5 * (weights + pair)));
    }

    [Test]
    public void Plans_of_one_graph_share_packed_weights_until_they_change()
    {
        (Graph graph, TensorShape shape) = Builtin("small_cnn", 1, 128);
        using InferencePlan one = InferencePlan.Create(graph, shape), two = InferencePlan.Create(graph, shape.With(0, 3));
        Assert.That(two.Weights, Is.SameAs(one.Weights));
        graph.Parameters.Values.First().Values[0] += 1;
        using InferencePlan three = InferencePlan.Create(graph, shape);
        Assert.That(three.Weights, Is.Not.SameAs(one.Weights));
        float[] input = PlainRun.Random(shape.ElementCount, 1), output = new float[three.OutputShape.ElementCount];
        three.Run(input, output);
        PlainRun.Close(output, PlainRun.Of(graph, shape, input), 1e-4, "after the change");
    }

    [Test]
    [Category("Slow")]
    public void Builtin_networks_equal_their_plain_loops([Values("mobilenet_v2", "small_cnn", "resnet50", "densenet121", "efficientnet_b0",
        "mobilenet_v3_large", "squeezenet1_1", "inception_v3", "convnext_tiny")] string name, [Values] bool strict)
    {
        if (!Architecture.TryParse(name, out _))
            Assert.Ignore($"{name} is not in this build's catalog.");
        (Graph graph, TensorShape shape) = Builtin(name, 2, name == "inception_v3" ? 139 : 96);
        float[] input = PlainRun.Random(shape.ElementCount, 3), expected = PlainRun.Of(graph, shape, input);
        foreach (KernelFamily family in KernelFamily.Supported)
            PlainRun.Close(PlainRun.Plan(graph, shape, input, family, strict: strict), expected, strict ? 1e-4 : 5e-4, $"{name} {family.Name}");
    }

    private static (Graph, TensorShape) Builtin(string name, int batch, int size) =>
        (Architecture.Parse(name).Build(new BackboneOptions { Classes = 10, InputSize = size }).Graph, new TensorShape(batch, 3, size, size));

    private static (Graph, TensorShape) Dense(int batch)
    {
        NetworkSketch s = new(batch, 20, 9, 9);
        string a = s.Node("Relu", [s.Conv("x", 20, 20, (3, 3), pads: [1, 1, 1, 1])]);
        string c = s.Node("Concat", [a, "x", s.Pool("AveragePool", a, 3, 1, [1, 1, 1, 1])], new() { ["axis"] = 1L });
        string f = s.Node("Flatten", [s.Node("GlobalAveragePool", [s.BatchNormalization(c, 60)])]);
        return (s.Build(s.Node("Softmax", [s.Node("Gemm", [f, s.Parameter(-1, 1, 60, 7), s.Parameter(-1, 1, 7)])])), s.Input);
    }
}
