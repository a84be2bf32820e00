using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>Graphs for prediction alone: the same answers with every weight in memory once.</summary>
internal sealed class PredictionGraphTests
{
    [Test]
    public void A_single_image_gets_the_same_bits([Values("mobilenet_v2", "resnet18", "small_cnn")] string name, [Values] bool strict)
    {
        (Graph graph, TensorShape shape) = Network(name);
        float[] input = PlainRun.Random(shape.ElementCount, 1);
        foreach (KernelFamily family in KernelFamily.Supported)
            Assert.That(Run(graph.Clone().ForPrediction(), shape, input, family, strict), Is.EqualTo(Run(graph, shape, input, family, strict)), family.Name);
    }

    [Test]
    public void Batches_after_a_single_image_get_the_same_answers_within_rounding([Values("mobilenet_v2", "resnet18", "small_cnn")] string name)
    {
        (Graph graph, TensorShape shape) = Network(name);
        Graph alone = graph.Clone().ForPrediction();
        Run(alone, shape, new float[shape.ElementCount], KernelFamily.Current, strict: false);
        TensorShape batch = shape.With(0, 5);
        float[] input = PlainRun.Random(batch.ElementCount, 2);
        PlainRun.Close(Run(alone, batch, input, KernelFamily.Current, strict: false), PlainRun.Of(graph, batch, input), 5e-4, name);
    }

    [Test]
    public void Packed_weights_are_given_back_and_small_ones_kept()
    {
        (Graph graph, TensorShape shape) = Network("mobilenet_v2");
        Graph alone = graph.ForPrediction();
        Run(alone, shape, new float[shape.ElementCount], KernelFamily.Current, strict: false);
        foreach ((string name, Tensor tensor) in alone.Parameters)
            Assert.That(tensor.IsReleased, Is.EqualTo(tensor.Shape.ElementCount >= 4096), $"{name} {tensor.Shape}");
        Tensor gone = alone.Parameters.Values.First(t => t.IsReleased);
        Assert.That(() => gone.Values.Length, Throws.InvalidOperationException.With.Message.EqualTo($"Tensor {gone.Shape}: its values are no longer in memory, "
            + "because the model was loaded for prediction alone. Load it with ImageClassificationModel.Load."));
        Assert.That(() => gone.Memory.Length, Throws.InvalidOperationException);
        Assert.That(() => gone.Clone(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_weight_of_two_layers_is_kept()
    {
        NetworkSketch s = new(1, 64, 5, 5);
        string first = s.Conv("x", 64, 64, (1, 1));
        string weights = s.Build(first).Nodes[0].Inputs[1];
        Graph graph = s.Build(s.Node("Conv", [first, weights]));
        float[] input = PlainRun.Random(s.Input.ElementCount, 1), expected = PlainRun.Of(graph, s.Input, input);
        Graph alone = graph.ForPrediction();
        PlainRun.Close(Run(alone, s.Input, input, KernelFamily.Current, strict: true), expected, 1e-4, "shared");
        Assert.That(alone.Parameters[weights].IsReleased, Is.False);
    }

    [Test]
    public void A_weight_that_no_kernel_packs_is_kept()
    {
        NetworkSketch s = new(1, 64, 5, 5);
        Graph graph = s.Build(s.Node("Add", ["x", s.Parameter(-1, 1, 1, 64, 5, 5)]));
        Graph wide = s.Build(s.Node("Mul", [graph.Outputs[0], s.Parameter(-1, 1, 64 * 64, 1, 1, 1)]));
        float[] input = PlainRun.Random(s.Input.ElementCount, 1), expected = PlainRun.Of(wide, s.Input, input);
        Graph alone = wide.ForPrediction();
        PlainRun.Close(Run(alone, s.Input, input, KernelFamily.Current, strict: true), expected, 1e-4, "constants");
        Assert.That(alone.Parameters.Values.Select(p => p.IsReleased), Has.All.False);
    }

    [Test]
    public void Plans_made_at_the_same_time_share_the_weights()
    {
        (Graph graph, TensorShape shape) = Network("resnet18");
        float[] input = PlainRun.Random(shape.ElementCount, 1), expected = Run(graph, shape, input, KernelFamily.Current, strict: false);
        Graph alone = graph.ForPrediction();
        float[][] all = new float[4][];
        Parallel.For(0, all.Length, i => all[i] = Run(alone, shape, input, KernelFamily.Current, strict: false));
        Assert.That(all, Has.All.EqualTo(expected));
    }

    private static float[] Run(Graph graph, TensorShape shape, float[] input, KernelFamily family, bool strict)
    {
        using InferencePlan plan = InferencePlan.Create(graph, shape, new PlanOptions { StrictPrecision = strict }, family);
        float[] output = new float[plan.OutputShape.ElementCount];
        plan.Run(input, output);
        return output;
    }

    private static (Graph, TensorShape) Network(string name) =>
        (Architecture.Parse(name).Build(new BackboneOptions { Classes = 10, InputSize = 96 }).Graph, new TensorShape(1, 3, 96, 96));
}
