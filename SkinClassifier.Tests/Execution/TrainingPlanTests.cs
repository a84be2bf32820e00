using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

public sealed class TrainingPlanTests
{
    private const int Batch = 3;

    /// <summary>a = x·w1; s = scale(a); d = drop(s); q = d⊙s (s used twice); y = q·w2. "unused" is made by a node that no output needs.</summary>
    private static Graph Net(bool dropout)
    {
        Node[] nodes =
        [
            new("n0", new Product(), ["x", "w1"], ["a"]),
            new("n1", new CountingScale(), ["a", "scale", "count"], ["s"]),
            new("n2", new Times(), ["s", "s"], ["unused"]),
            dropout ? new("n3", new Halve(), ["s"], ["d"]) : new("n3", new Times(), ["s", "s"], ["d"]),
            new("n4", new Times(), ["d", "s"], ["q"]),
            new("n5", new Product(), ["q", "w2"], ["y"]),
        ];
        SeededRandom random = new(5);
        Dictionary<string, Tensor> parameters =
            new() { ["w1"] = Random(4, 5), ["scale"] = Random(5), ["count"] = new Tensor(new TensorShape(1)), ["w2"] = Random(5, 2) };
        return new Graph("net", [new GraphInput("x", new TensorShape(TensorShape.Free, 4))], nodes, ["y"], parameters);

        Tensor Random(params int[] lengths)
        {
            Tensor tensor = new(new TensorShape(lengths));
            foreach (ref float value in tensor.Values)
                value = (float)random.NextDouble(-1, 1);
            return tensor;
        }
    }

    private static float[] Numbers(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble(-1, 1))];
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Gradients_are_central_differences_and_add(bool dropout)
    {
        using TrainingPlan plan = TrainingPlan.Create(Net(dropout), new TensorShape(Batch, 4));
        float[] x = Numbers(Batch * 4, 1), g = Numbers(Batch * 2, 2);
        for (int call = 0; call < 2; call++)
        {
            plan.Step = 7;
            plan.Forward(x);
            plan.Backward(g);
        }
        foreach (Parameter parameter in plan.Parameters.Where(p => p.Trainable))
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                float kept = parameter.Value[i];
                const float h = 1e-2f;
                parameter.Value[i] = kept + h;
                double above = Loss(plan, x, g);
                parameter.Value[i] = kept - h;
                double below = Loss(plan, x, g);
                parameter.Value[i] = kept;
                Assert.That(parameter.Gradient[i], Is.EqualTo(2 * (above - below) / (2 * h)).Within(5e-3), $"{parameter} [{i}]");
            }
        plan.ZeroGradients();
        Assert.That(plan.Parameters.All(p => p.Gradient.IndexOfAnyExcept(0f) < 0));

        static double Loss(TrainingPlan plan, float[] x, float[] g)
        {
            plan.Step = 7;
            ReadOnlySpan<float> y = plan.Forward(x);
            double loss = 0;
            for (int i = 0; i < y.Length; i++)
                loss += y[i] * g[i];
            return loss;
        }
    }

    [Test]
    public void Parameters_are_the_needed_ones_in_order_of_use_and_statistics_are_not_trained()
    {
        Graph graph = Net(false);
        using TrainingPlan plan = TrainingPlan.Create(graph, new TensorShape(Batch, 4), new PlanOptions { IsTrainable = name => name != "w1" });
        Assert.That(plan.Parameters.Select(p => (p.Name, p.Trainable)), Is.EqualTo(new[] { ("w1", false), ("scale", true), ("count", false), ("w2", true) }));
        Assert.That(plan.Parameters[0].Gradient.IsEmpty);
        plan.Parameters[0].Value[0] = 42;
        Assert.That(graph.Parameters["w1"].Values[0], Is.EqualTo(42));
    }

    [Test]
    public void Nothing_below_the_first_trainable_parameter_is_differentiated()
    {
        Graph graph = Net(false);
        using TrainingPlan frozen = TrainingPlan.Create(graph, new TensorShape(Batch, 4), new PlanOptions { IsTrainable = name => name == "w2" });
        using TrainingPlan full = TrainingPlan.Create(graph, new TensorShape(Batch, 4));
        float[] x = Numbers(Batch * 4, 1), g = Numbers(Batch * 2, 2);
        foreach (TrainingPlan plan in new[] { frozen, full })
        {
            plan.Forward(x);
            plan.Backward(g);
        }
        Assert.That(frozen.Parameters[3].Gradient.ToArray(), Is.EqualTo(full.Parameters[3].Gradient.ToArray()));
        Assert.That(frozen.Parameters.Take(3).All(p => p.Gradient.IsEmpty));
    }

    [Test]
    public void Frozen_normalization_keeps_its_statistics_while_dropout_still_drops()
    {
        Graph graph = Net(true);
        float[] x = Numbers(Batch * 4, 1);
        using TrainingPlan frozen =
            TrainingPlan.Create(graph, new TensorShape(Batch, 4), new PlanOptions { BatchNormalization = BatchNormalizationMode.Frozen });
        float[] first = frozen.Forward(x).ToArray(), second = frozen.Forward(x).ToArray();
        Assert.That(graph.Parameters["count"].Values[0], Is.Zero);
        Assert.That(second, Is.Not.EqualTo(first));
        using TrainingPlan training = TrainingPlan.Create(graph, new TensorShape(Batch, 4));
        training.Forward(x);
        training.Forward(x);
        Assert.That(graph.Parameters["count"].Values[0], Is.EqualTo(2));
    }

    [Test]
    public void Step_and_seed_decide_what_dropout_drops()
    {
        float[] x = Numbers(Batch * 4, 1);
        using TrainingPlan a = TrainingPlan.Create(Net(true), new TensorShape(Batch, 4)),
            b = TrainingPlan.Create(Net(true), new TensorShape(Batch, 4), new PlanOptions { Seed = 2 });
        float[] step0 = a.Forward(x).ToArray(), step1 = a.Forward(x).ToArray();
        Assert.That(a.Step, Is.EqualTo(2));
        a.Step = 0;
        Assert.That(a.Forward(x).ToArray(), Is.EqualTo(step0));
        Assert.That(step1, Is.Not.EqualTo(step0));
        Assert.That(b.Forward(x).ToArray(), Is.Not.EqualTo(step0));
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        using TrainingPlan plan = TrainingPlan.Create(Net(true), new TensorShape(Batch, 4));
        float[] x = Numbers(Batch * 4, 1), g = Numbers(Batch * 2, 2);
        for (int warmUp = 0; warmUp < 3; warmUp++)
            Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            plan.ZeroGradients();
            plan.Forward(x);
            plan.Backward(g);
        }
    }

    [Test]
    public void Wrong_shapes_and_wrong_order_are_told()
    {
        Graph graph = Net(false);
        Assert.That(() => TrainingPlan.Create(graph, new TensorShape(Batch, 5)),
            Throws.TypeOf<ShapeMismatchException>().With.Message.Contains("expected shape [?,4], received [3,5]"));
        TrainingPlan plan = TrainingPlan.Create(graph, new TensorShape(Batch, 4));
        Assert.That(() => plan.Forward(new float[5]), Throws.TypeOf<ShapeMismatchException>());
        Assert.That(() => plan.Backward(new float[6]), Throws.InvalidOperationException);
        plan.Forward(new float[12]);
        Assert.That(() => plan.Backward(new float[5]), Throws.TypeOf<ShapeMismatchException>());
        plan.Dispose();
        Assert.That(() => plan.Forward(new float[12]), Throws.TypeOf<ObjectDisposedException>());
    }
}
