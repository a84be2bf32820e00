using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

[Category("Simd")]
public sealed class InputGradientTests
{
    private static PlanOptions Options(int threads = 2) => new()
    {
        InputGradient = true,
        IsTrainable = static _ => false,
        BatchNormalization = BatchNormalizationMode.Frozen,
        Workers = new WorkerPool(threads),
    };

    /// <summary>Convolutions of all kinds, a sum around them, a gate and pooling; the input has 3 channels, or 20 as in the middle of a network.</summary>
    private static Graph Net(int channels)
    {
        GraphBuilder b = new("net", 3);
        string x = b.Input("x", new TensorShape(TensorShape.Free, channels, 12, 10));
        x = b.Silu(b.BatchNormalization(b.Conv(x, "stem", 20, 3, 1, 1), "stem.n"), "stem.s");
        string d = b.HardSwish(b.BatchNormalization(b.Conv(x, "d", 20, 3, 1, 1, group: 20), "d.n"), "d.h");
        string gate = b.Sigmoid(b.Conv(b.GlobalAveragePool(d, "g"), "excite", 20, 1), "gate");
        x = b.Add(x, b.Conv(b.Mul(d, gate, "gated"), "p", 20, 1), "sum");
        x = b.AveragePool(b.Gelu(b.Conv(x, "e", 33, 3, 2, 1), "gelu"), "mean", 2);
        return b.Build(b.Gemm(b.Flatten(x, "flat"), "head", 4));
    }

    [Test]
    public void The_gradient_of_the_input_is_its_central_difference([Values(3, 20)] int channels, [Values] bool fast)
    {
        Graph graph = Net(channels);
        TensorShape shape = new(2, channels, 12, 10);
        float[] x = PlainRun.Random(shape.ElementCount, 1), g = PlainRun.Random(8, 2);
        using TrainingPlan plan = TrainingPlan.Create(graph, shape, Options(), fast ? KernelFamily.Current : null);
        plan.Forward(x);
        plan.Backward(g);
        float[] gradient = plan.InputGradient.ToArray();
        Assert.That(gradient, Has.Length.EqualTo(x.Length));
        for (int i = 0; i < x.Length; i += 13)
        {
            float kept = x[i];
            const float h = 2e-2f;
            x[i] = kept + h;
            double above = Loss();
            x[i] = kept - h;
            double below = Loss();
            x[i] = kept;
            Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * h)).Within(2e-3), $"{i}");
        }

        double Loss() => PlainRun.Of(graph, shape, x).Zip(g, (y, d) => (double)y * d).Sum();
    }

    [Test]
    public void A_second_backward_pass_does_not_add_to_the_first()
    {
        TensorShape shape = new(1, 3, 12, 10);
        float[] x = PlainRun.Random(shape.ElementCount, 1);
        using TrainingPlan plan = TrainingPlan.Create(Net(3), shape, Options());
        plan.Forward(x);
        plan.Backward([1, 0, 0, 0]);
        float[] first = plan.InputGradient.ToArray();
        plan.Forward(x);
        plan.Backward([1, 0, 0, 0]);
        Assert.That(plan.InputGradient.ToArray(), Is.EqualTo(first));
    }

    [Test]
    public void It_is_the_same_for_any_thread_count_and_beside_trained_parameters()
    {
        TensorShape shape = new(3, 20, 12, 10);
        float[] x = PlainRun.Random(shape.ElementCount, 1), g = PlainRun.Random(12, 2);
        PlanOptions trained = Options() with { IsTrainable = null };
        float[][] results = [.. new[] { Options(1), Options(3), trained, trained with { GradientCheckpointing = true } }.Select(Gradient)];
        foreach (float[] other in results.Skip(1))
            Assert.That(other, Is.EqualTo(results[0]));

        float[] Gradient(PlanOptions options)
        {
            using TrainingPlan plan = TrainingPlan.Create(Net(20), shape, options);
            plan.Forward(x);
            plan.Backward(g);
            return plan.InputGradient.ToArray();
        }
    }

    [Test]
    public void Without_the_option_there_is_none()
    {
        using TrainingPlan plan = TrainingPlan.Create(Net(3), new TensorShape(1, 3, 12, 10));
        plan.Forward(new float[360]);
        plan.Backward([1, 0, 0, 0]);
        Assert.That(plan.InputGradient.IsEmpty);
    }
}
