using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>Laws of the fast steps: any thread count gives the same bits, a step allocates nothing, memory is used again.</summary>
[Category("Simd")]
public sealed class FastTrainingLawTests
{
    private static readonly TensorShape Shape = new(5, 3, 21, 18);

    internal static Graph Net()
    {
        GraphBuilder b = new("net", 3);
        string x = b.Input("x", new TensorShape(TensorShape.Free, 3, 21, 18));
        x = b.Clip(b.BatchNormalization(b.Conv(x, "stem", 20, 3, 2, 1), "stem.n"), "stem.r", 0, 6);
        string e = b.Clip(b.BatchNormalization(b.Conv(x, "e", 50, 1), "e.n"), "e.r", 0, 6);
        string d = b.Clip(b.BatchNormalization(b.Conv(e, "d", 50, 3, 1, 1, group: 50), "d.n"), "d.r", 0, 6);
        x = b.Add(x, b.BatchNormalization(b.Conv(d, "p", 20, 1), "p.n"), "sum");
        x = b.Relu(b.BatchNormalization(b.Conv(b.MaxPool(x, "largest", 3, 1, 1), "dense", 33, 3, 2, 1), "dense.n"), "dense.r");
        x = b.Dropout(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "drop", 0.3f);
        return b.Build(b.Gemm(x, "head", 7));
    }

    /// <summary>Gates, squeeze and excitation, joined values, means, normalization over channels and over values with several readers.</summary>
    internal static Graph Blocks()
    {
        GraphBuilder b = new("blocks", 3);
        string x = b.Input("x", new TensorShape(TensorShape.Free, 3, 21, 18));
        x = b.Silu(b.BatchNormalization(b.Conv(x, "stem", 20, 3, 2, 1), "stem.n"), "stem.s");
        string gate = b.Sigmoid(b.Conv(b.Silu(b.Conv(b.GlobalAveragePool(x, "g"), "squeeze", 6, 1), "squeezed"), "excite", 20, 1), "gate");
        string m = b.Mul(gate, x, "scaled"), c = b.HardSwish(b.Conv(m, "c", 13, 3, 1, 1), "hard");
        string j = b.Concat([m, c, b.AveragePool(m, "mean", 3, 1, 1)], "joined");
        string k = b.Concat([j, b.Conv(b.Relu(b.BatchNormalization(j, "j.n"), "j.r"), "d", 11, 3, 1, 1)], "joined2");
        string n = b.Transpose(b.LayerNormalization(b.Transpose(k, "last", 0, 2, 3, 1), "norm"), "first", 0, 3, 1, 2);
        x = b.Gelu(b.BatchNormalization(b.Conv(b.Conv(n, "e", 40, 1), "grouped", 48, 3, 1, 1, group: 8), "grouped.n"), "gelu");
        return b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "head", 7));
    }

    private static float[] Numbers(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble(-1, 1))];
    }

    private static void Step(TrainingPlan plan, float[] input, float[] gradient)
    {
        plan.ZeroGradients();
        plan.Forward(input);
        plan.Backward(gradient);
        foreach (Parameter parameter in (Parameter[])plan.Parameters)
            for (int i = 0; i < parameter.Gradient.Length; i++)
                parameter.Value[i] -= 0.05f * parameter.Gradient[i];
    }

    [Test]
    public void One_two_and_three_threads_give_the_same_bits([Values(1, 2, 5)] int batch, [Values] bool blocks)
    {
        TensorShape shape = Shape.With(0, batch);
        float[] input = Numbers(shape.ElementCount, 1), gradient = Numbers(batch * 7, 2);
        List<float[]> results = [];
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Graph graph = blocks ? Blocks() : Net();
            using TrainingPlan plan = TrainingPlan.Create(graph, shape, new PlanOptions { Workers = new WorkerPool(threads) });
            for (int i = 0; i < 4; i++)
                Step(plan, input, gradient);
            results.Add([.. graph.Parameters.Values.SelectMany(p => p.Values.ToArray())]);
        }
        Assert.That(results[0], Has.All.Matches<float>(float.IsFinite));
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }

    [Test]
    public void A_step_allocates_nothing([Values(1, 2)] int threads, [Values] bool blocks, [Values] bool recompute)
    {
        using TrainingPlan plan =
            TrainingPlan.Create(blocks ? Blocks() : Net(), Shape, new PlanOptions { Workers = new WorkerPool(threads), GradientCheckpointing = recompute });
        float[] input = Numbers(Shape.ElementCount, 1), gradient = Numbers(Shape[0] * 7, 2);
        for (int i = 0; i < 3; i++)
            Step(plan, input, gradient);
        // On an overloaded machine a worker that slept too long ends and is started again, which allocates once: the second ten steps then do not.
        long allocated = 1;
        for (int attempt = 0; attempt < 3 && allocated > 0; attempt++)
        {
            long own = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
                Step(plan, input, gradient);
            allocated = GC.GetAllocatedBytesForCurrentThread() - own;
        }
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Frozen_layers_below_the_head_get_no_gradient_and_the_head_trains()
    {
        float[] input = Numbers(Shape.ElementCount, 1), gradient = Numbers(Shape[0] * 7, 2);
        using TrainingPlan full = TrainingPlan.Create(Net(), Shape),
            part = TrainingPlan.Create(Net(), Shape, new PlanOptions
            {
                IsTrainable = name =>
                name.StartsWith("dense", StringComparison.Ordinal) || name.StartsWith("head", StringComparison.Ordinal)
            });
        foreach (TrainingPlan plan in new[] { full, part })
        {
            plan.Forward(input);
            plan.Backward(gradient);
        }
        foreach ((Parameter wanted, Parameter received) in full.Parameters.Zip(part.Parameters))
            if (received.Trainable)
                Assert.That(received.Gradient.ToArray(), Is.EqualTo(wanted.Gradient.ToArray()), received.Name);
            else
                Assert.That(received.Gradient.IsEmpty, received.Name);
        Assert.That(part.Parameters.Count(p => p.Trainable), Is.EqualTo(5));
    }

    [Test]
    public void The_loss_goes_down([Values] BatchNormalizationMode mode)
    {
        using TrainingPlan plan = TrainingPlan.Create(Net(), Shape, new PlanOptions { BatchNormalization = mode });
        float[] input = Numbers(Shape.ElementCount, 1), target = Numbers(Shape[0] * 7, 2), gradient = new float[target.Length];
        double first = 0, last = 0;
        for (int i = 0; i < 30; i++)
        {
            ReadOnlySpan<float> output = plan.Forward(input);
            double loss = 0;
            for (int k = 0; k < target.Length; k++)
            {
                gradient[k] = (output[k] - target[k]) / Shape[0];
                loss += (output[k] - target[k]) * (output[k] - target[k]);
            }
            if (i == 0)
                first = loss;
            last = loss;
            plan.ZeroGradients();
            plan.Backward(gradient);
            foreach (Parameter parameter in plan.Parameters)
                for (int k = 0; k < parameter.Gradient.Length; k++)
                    parameter.Value[k] -= 0.05f * parameter.Gradient[k];
        }
        Assert.That(last, Is.LessThan(0.9 * first));
    }

    [Test]
    public void Grouped_convolutions_run_in_blocks([Values(1, 2, 4, 8, 24, 48)] int group)
    {
        GraphBuilder b = new("net", 3);
        string x = b.Conv(b.Conv(b.Input("x", new TensorShape(TensorShape.Free, 3, 9, 9)), "stem", 48, 3), "grouped", 96, 3, group: group);
        using TrainingPlan plan = TrainingPlan.Create(b.Build(b.GlobalAveragePool(x, "mean")), new TensorShape(2, 3, 9, 9));
        Assert.That(plan.Steps.OfType<NodeTrainingStep>(), Is.Empty);
    }

    [Test]
    public void Frozen_layers_share_their_memory()
    {
        GraphBuilder b = new("net", 3);
        string x = b.Input("x", new TensorShape(TensorShape.Free, 3, 21, 18));
        for (int i = 0; i < 10; i++)
            x = b.Relu(b.BatchNormalization(b.Conv(x, $"c{i}", 32, 3, 1, 1), $"n{i}"), $"r{i}");
        Graph graph = b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "head", 7));
        using TrainingPlan full = TrainingPlan.Create(graph, Shape),
            head = TrainingPlan.Create(graph, Shape, new PlanOptions
            {
                IsTrainable = name => name.StartsWith("head", StringComparison.Ordinal),
                BatchNormalization = BatchNormalizationMode.Frozen
            });
        long one = (long)Shape[0] * 32 * 21 * 18;
        Assert.That(head.BlockedLength, Is.EqualTo(2 * one), "two values at a time");
        Assert.That(full.BlockedLength, Is.EqualTo(12 * one), "ten values and two gradients at a time");
    }
}
