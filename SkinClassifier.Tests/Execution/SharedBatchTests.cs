using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>Processes that share every batch change the same bits as one process.</summary>
[Category("Simd")]
public sealed class SharedBatchTests
{
    private static readonly TensorShape Shape = new(8, 3, 21, 18);

    private static float[] Numbers(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble(-1, 1))];
    }

    /// <summary>Three steps of gradients that are summed over two batches each; all weights, running statistics and outputs.</summary>
    private static float[] Train(Func<Graph> make, IProcessGroup? group, PlanOptions options)
    {
        Graph graph = make();
        using TrainingPlan plan = TrainingPlan.Create(graph, Shape, options with { Group = group, Workers = new WorkerPool(group?.Rank == 1 ? 1 : 2) });
        List<float> outputs = [];
        for (int step = 0; step < 6; step++)
        {
            if (step % 2 == 0)
                plan.ZeroGradients();
            float[] input = Numbers(Shape.ElementCount, (ulong)step);
            if (group is not null)
                foreach (int other in Enumerable.Range(0, Shape[0]).Where(n => n * group.Size / Shape[0] != group.Rank))
                    input.AsSpan(other * input.Length / Shape[0], input.Length / Shape[0]).Fill(float.NaN);
            outputs.AddRange(plan.Forward(input));
            plan.Backward(Numbers(plan.OutputShape.ElementCount, 100 + (ulong)step));
            if (step % 2 == 1)
                foreach (Parameter parameter in plan.Parameters)
                    for (int i = 0; i < parameter.Gradient.Length; i++)
                        parameter.Value[i] -= 0.02f * parameter.Gradient[i];
        }
        return [.. graph.Parameters.Values.SelectMany(p => p.Values.ToArray()), .. outputs];
    }

    [Test]
    public void One_two_four_and_eight_processes_give_the_same_bits(
        [Values] bool blocks, [Values] BatchNormalizationMode normalization, [Values] bool checkpoints)
    {
        Func<Graph> make = blocks ? FastTrainingLawTests.Blocks : FastTrainingLawTests.Net;
        PlanOptions options = new() { BatchNormalization = normalization, GradientCheckpointing = checkpoints, Seed = 3 };
        float[] alone = Train(make, null, options);
        Assert.That(alone, Has.All.Matches<float>(float.IsFinite));
        foreach (int size in new[] { 1, 2, 4, 8 })
            Assert.That(ThreadGroup.Run(size, group => Train(make, group, options)), Has.All.EqualTo(alone), $"{size} processes");
    }

    [Test]
    public void Layers_that_do_not_train_need_no_sums_and_give_the_same_bits()
    {
        PlanOptions options = new()
        {
            BatchNormalization = BatchNormalizationMode.Frozen,
            IsTrainable = name => name.StartsWith("head", StringComparison.Ordinal),
        };
        float[] alone = Train(FastTrainingLawTests.Net, null, options);
        long[] sent = ThreadGroup.Run(2, group =>
        {
            Assert.That(Train(FastTrainingLawTests.Net, group, options), Is.EqualTo(alone));
            return group.Sent;
        });
        // 6 batches: 4 images of 33 features, to both processes.
        Assert.That(sent, Has.All.EqualTo(6 * 2 * 4 * 33 * 4));
    }

    [Test]
    public void Two_poolings_side_by_side_are_gathered_as_one_value()
    {
        float[] alone = Train(Poolings, null, new PlanOptions());
        Assert.That(ThreadGroup.Run(4, group => Train(Poolings, group, new PlanOptions())), Has.All.EqualTo(alone));

        static Graph Poolings()
        {
            GraphBuilder b = new("net", 3);
            string x = b.Relu(b.Conv(b.Input("x", new TensorShape(TensorShape.Free, 3, 21, 18)), "c", 20, 3), "r");
            return b.Build(b.Gemm(b.Flatten(b.Concat([b.GlobalAveragePool(x, "average"), b.Add("GlobalMaxPool", "largest", [x])], "both"), "flat"), "head", 7));
        }
    }

    [Test]
    public void A_layer_that_mixes_images_is_named()
    {
        GraphBuilder b = new("net", 3);
        string x = b.Conv(b.Input("x", new TensorShape(TensorShape.Free, 3, 21, 18)), "c", 20, 3);
        x = b.Add("PRelu", "slope", [x, b.Parameter("slope.weight", new Tensor(new TensorShape(20, 1, 1)))]);
        Graph graph = b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "head", 7));
        Assert.That(() => ThreadGroup.Run(2, group => TrainingPlan.Create(graph, Shape, new PlanOptions { Group = group })), Throws.ArgumentException
            .With.Message.Contains("expected layers that treat images one by one, found 'slope' (PRelu). Train it in one process."));
    }

    [Test]
    public void Random_layers_between_convolutions_and_an_uneven_batch_are_refused()
    {
        GraphBuilder b = new("net", 3);
        string x = b.Dropout(b.Conv(b.Input("x", new TensorShape(TensorShape.Free, 3, 21, 18)), "c", 20, 3), "drop", 0.5f);
        Graph graph = b.Build(b.Gemm(b.Flatten(b.GlobalAveragePool(b.Conv(x, "d", 20, 3), "pool"), "flat"), "head", 7));
        Assert.That(() => ThreadGroup.Run(2, group => TrainingPlan.Create(graph, Shape, new PlanOptions { Group = group })), Throws.ArgumentException
            .With.Message.Contains("only behind them dense or random ones, found 'drop' (Dropout) between them"));
        Assert.That(() => ThreadGroup.Run(3, group => TrainingPlan.Create(FastTrainingLawTests.Net(), Shape, new PlanOptions { Group = group })),
            Throws.ArgumentException.With.Message.Contains("expected a batch that 3 processes can share evenly, received 8 images"));
    }
}
