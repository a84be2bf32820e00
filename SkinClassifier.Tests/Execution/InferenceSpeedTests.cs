using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

internal sealed class InferenceSpeedTests
{
    [Test]
    public void Times_are_ordered_and_memory_is_known()
    {
        Graph graph = Architecture.Parse("small_cnn").Build(new BackboneOptions { Classes = 3, InputSize = 32 }).Graph;
        InferenceSpeed speed = InferenceSpeed.Measure(graph, InferenceSpeed.InputShape(graph, 2, 32), 0.01);
        Assert.That(speed.Batch, Is.EqualTo(2));
        Assert.That(speed.Runs, Is.GreaterThanOrEqualTo(5));
        Assert.That(new[] { speed.Latency(0), speed.Latency(0.5), speed.Latency(0.9), speed.Latency(1) }, Is.Ordered);
        Assert.That(speed.BestImagesPerSecond, Is.EqualTo(2 / speed.Latency(0)).Within(1e-6).Percent);
        Assert.That(speed.MedianImagesPerSecond, Is.EqualTo(2 / speed.Latency(0.5)).Within(1e-6).Percent);
        Assert.That(speed.ActivationBytes, Is.Positive);
        Assert.That(speed.WeightBytes, Is.Positive);
        Assert.That(() => speed.Latency(1.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Cancelling_stops_it()
    {
        Graph graph = Architecture.Parse("small_cnn").Build(new BackboneOptions { Classes = 3, InputSize = 32 }).Graph;
        Assert.That(() => InferenceSpeed.Measure(graph, InferenceSpeed.InputShape(graph, 1, 32), 1000, null, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Free_axes_become_batch_colors_and_pixels()
    {
        Assert.That(InferenceSpeed.InputShape(Of(-1, -1, -1, -1), 8, 96), Is.EqualTo(new TensorShape(8, 3, 96, 96)));
        Assert.That(InferenceSpeed.InputShape(Of(1, 1, 28, 28), 1), Is.EqualTo(new TensorShape(1, 1, 28, 28)));
        Assert.That(InferenceSpeed.InputShape(Of(-1, -1, -1, 3), 2, 64), Is.EqualTo(new TensorShape(2, 64, 64, 3)));
        Assert.That(() => InferenceSpeed.InputShape(Of(1, 3, 8, 8), 2), Throws.InstanceOf<ShapeMismatchException>());
        Assert.That(() => InferenceSpeed.InputShape(Of(-1, 3), 2), Throws.InstanceOf<ShapeMismatchException>());
    }

    private static Graph Of(params int[] shape)
    {
        GraphBuilder builder = new("shape");
        return builder.Build(builder.Relu(builder.Input("x", new TensorShape(shape)), "y"));
    }
}
