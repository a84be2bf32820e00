using System.Numerics.Tensors;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>Values that are computed again in the backward pass: the same bits as values that were kept, in less memory.</summary>
[Category("Simd")]
public sealed class GradientCheckpointingTests
{
    private static readonly TensorShape Shape = new(3, 3, 40, 36);

    /// <summary>Residuals, gates, joined values, pooling, Dropout between and behind convolutions, a plain operator in the middle.</summary>
    private static Graph Net()
    {
        GraphBuilder b = new("net", 3);
        string x = b.Input("x", new TensorShape(TensorShape.Free, 3, 40, 36));
        x = b.Relu(b.BatchNormalization(b.Conv(x, "stem", 24, 3, 1, 1), "stem.n"), "stem.r");
        for (int i = 0; i < 3; i++)
        {
            string e = b.Silu(b.BatchNormalization(b.Conv(x, $"e{i}", 48, 1), $"e{i}.n"), $"e{i}.s");
            string d = b.Clip(b.BatchNormalization(b.Conv(e, $"d{i}", 48, 3, 1, 1, group: 48), $"d{i}.n"), $"d{i}.r", 0, 6);
            string gate =
                b.Sigmoid(b.Conv(b.Relu(b.Conv(b.GlobalAveragePool(d, $"g{i}"), $"squeeze{i}", 6, 1), $"squeezed{i}"), $"excite{i}", 48, 1), $"gate{i}");
            x = b.Add(x, b.BatchNormalization(b.Conv(b.Mul(d, gate, $"m{i}"), $"p{i}", 24, 1), $"p{i}.n"), $"sum{i}");
        }
        x = b.Dropout(b.MaxPool(x, "largest", 2), "drop.map", 0.2f);
        x = b.Concat([x, Tanh(b, b.Conv(x, "side", 9, 3, 1, 1))], "joined");
        for (int i = 3; i < 5; i++)
            x = b.Relu(b.BatchNormalization(b.Conv(x, $"c{i}", 33, 3, 1, 1), $"c{i}.n"), $"c{i}.r");
        x = b.Dropout(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "drop", 0.3f);
        return b.Build(b.Gemm(x, "head", 7));
    }

    private static string Tanh(GraphBuilder b, string x)
    {
        b.AddNode("Tanh", "tanh", [x], ["tanh"]);
        return "tanh";
    }

    private static (float[] Numbers, long Length, int Again) Train(Graph graph, TensorShape shape, PlanOptions options, int steps)
    {
        using TrainingPlan plan = TrainingPlan.Create(graph, shape, options);
        float[] input = PlainRun.Random(shape.ElementCount, 1), gradient = PlainRun.Random(plan.OutputShape.ElementCount, 2);
        for (int step = 0; step < steps; step++)
        {
            plan.ZeroGradients();
            plan.Forward(input);
            plan.Backward(gradient);
            foreach (Parameter parameter in (Parameter[])plan.Parameters)
                if (parameter.Trainable)
                    TensorPrimitives.MultiplyAdd(parameter.Gradient, -0.01f, parameter.Value, parameter.Value);
        }
        int again = 0;
        plan.Trace = (_, isBackward, _) => again += isBackward ? 0 : 1;
        plan.Forward(input);
        int forward = again;
        plan.Backward(gradient);
        List<float> numbers = [];
        foreach (Parameter parameter in (Parameter[])plan.Parameters)
        {
            numbers.AddRange(parameter.Value);
            numbers.AddRange(parameter.Gradient);
        }
        Assert.That(float.IsFinite(TensorPrimitives.SumOfSquares(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers))));
        return ([.. numbers], plan.BlockedLength, again - forward);
    }

    [Test]
    public void Weights_are_the_same_bits_as_without([Values] BatchNormalizationMode mode, [Values(null, "d1", "c3")] string? frozenUpTo)
    {
        Func<string, bool>? trainable = frozenUpTo is null ? null : Above(frozenUpTo);
        PlanOptions options = new() { BatchNormalization = mode, IsTrainable = trainable, Workers = new WorkerPool(1) };
        (float[] wanted, long full, int none) = Train(Net(), Shape, options, 4);
        Assert.That(none, Is.Zero);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            (float[] received, long length, int again) =
                Train(Net(), Shape, options with { GradientCheckpointing = true, Workers = new WorkerPool(threads) }, 4);
            Assert.That(received.AsSpan().SequenceEqual(wanted), $"{threads} threads");
            TestContext.Out.WriteLine($"{length} of {full} floats, {again} stages again");
            if (frozenUpTo is null)
            {
                Assert.That(length, Is.LessThan(0.6 * full));
                Assert.That(again, Is.GreaterThan(10));
            }
        }

        static Func<string, bool> Above(string name)
        {
            bool reached = false;
            HashSet<string> trains = [.. Net().Parameters.Keys.Where(k => reached |= k.StartsWith(name, StringComparison.Ordinal))];
            return trains.Contains;
        }
    }

    [TestCase("mobilenet_v2", 0.5)]
    [TestCase("resnet50", 0.5, Category = "Slow")]
    [TestCase("densenet121", 0.4)]
    [TestCase("efficientnet_b0", 0.35)]
    public void Real_networks_train_the_same_in_less_memory(string name, double most)
    {
        TensorShape shape = new(2, 3, 64, 64);
        (float[] wanted, long full, _) = Train(Make(), shape, new PlanOptions(), 1);
        (float[] received, long length, int again) = Train(Make(), shape, new PlanOptions { GradientCheckpointing = true }, 1);
        TestContext.Out.WriteLine($"{(double)length / full:F3}: {length} of {full} floats, {again} stages again");
        Assert.That(received.AsSpan().SequenceEqual(wanted));
        Assert.That(length, Is.LessThan(most * full));

        Graph Make() => Architecture.Parse(name).Build(new BackboneOptions { Classes = 5, InputSize = 64 }).Graph;
    }

    [Test]
    public void Where_memory_is_scarce_values_are_computed_again_and_the_bits_are_the_same([Values(1, 3)] int threads)
    {
        TensorShape shape = new(2, 3, 64, 64);
        PlanOptions options = new() { Workers = new WorkerPool(threads) };
        (float[] wanted, long full, int none) = Train(Make(), shape, options, 2);
        (_, long least, int most) = Train(Make(), shape, options with { GradientCheckpointing = true }, 2);
        (float[] cheap, long cheapLength, int cheapAgain) = Train(Make(), shape, options with { ActivationBytes = full * sizeof(float) * 9 / 10 }, 2);
        (float[] scarce, long scarceLength, int scarceAgain) = Train(Make(), shape, options with { ActivationBytes = 1 }, 2);
        TestContext.Out.WriteLine($"{full} floats, {cheapLength} with {cheapAgain} stages again, {scarceLength} with {scarceAgain}");
        Assert.That((none, cheapAgain), Is.EqualTo((0, 6)), "the widening convolutions of 16, 24 and 32 channels");
        Assert.That(cheapLength, Is.LessThan(0.75 * full));
        Assert.That((scarceLength, scarceAgain), Is.EqualTo((least, most)), "as with GradientCheckpointing");
        Assert.That(cheap.AsSpan().SequenceEqual(wanted));
        Assert.That(scarce.AsSpan().SequenceEqual(wanted));

        static Graph Make() => Architecture.MobileNetV2.Build(new BackboneOptions { Classes = 5, InputSize = 64 }).Graph;
    }

    [Test]
    public void A_network_without_anything_to_save_runs_as_without()
    {
        GraphBuilder b = new("one", 3);
        Graph graph = b.Build(
            b.Gemm(b.Flatten(b.GlobalAveragePool(b.Conv(b.Input("x", new TensorShape(TensorShape.Free, 3, 9, 9)), "c", 16, 3), "pool"), "flat"), "head", 3));
        GraphBuilder p = new("plain", 3);
        Graph plain = p.Build(p.Gemm(Tanh(p, p.Gemm(p.Input("x", new TensorShape(TensorShape.Free, 10)), "a", 8)), "b", 3));
        foreach ((Graph net, TensorShape shape) in new[] { (graph, new TensorShape(2, 3, 9, 9)), (plain, new TensorShape(2, 10)) })
        {
            (_, long full, _) = Train(net, shape, new PlanOptions(), 1);
            (_, long length, int again) = Train(net, shape, new PlanOptions { GradientCheckpointing = true }, 1);
            Assert.That((length, again), Is.EqualTo((full, 0)));
        }
    }
}
