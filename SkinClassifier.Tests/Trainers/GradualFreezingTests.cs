using SkinClassifier.Backbones;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class GradualFreezingTests
{
    [TestCase(0.0, 10, 4, new[] { 10, 10, 10, 10, 10 })]
    [TestCase(0.6, 10, 8, new[] { 10, 10, 8, 7, 6, 4, 4, 4, 10 })]
    [TestCase(0.9, 34, 2, new[] { 19, 3, 34 })]
    [TestCase(0.9, 1, 4, new[] { 1, 1, 1, 1, 1 })]
    public void Blocks_stop_in_the_middle_half_of_the_epochs_and_are_all_open_after_the_last(double share, int blocks, int epochs, int[] expected) =>
        Assert.That(Enumerable.Range(0, epochs + 1).Select(new GradualFreezing(share, blocks, epochs).OpenIn), Is.EqualTo(expected));

    [Test]
    public void A_run_whose_blocks_stop_gives_the_same_weights_on_any_number_of_threads_and_others_than_a_run_that_trains_all()
    {
        ImageClassificationModel model = Train(0.5, threads: 2), again = Train(0.5, threads: 1), all = Train(0, threads: 2);
        string first = model.Network.Nodes.First(n => n.Operator.OpType == "Conv").Inputs[1], last = model.Network.Nodes.Last(n =>
            n.Operator.OpType == "Gemm").Inputs[1];
        Assert.That(Bits(model, first), Is.EqualTo(Bits(again, first)), "same seed, same weights");
        Assert.That(Bits(model, first), Is.Not.EqualTo(Bits(all, first)), "it trains longer without freezing");
        Assert.That(Bits(model, last), Is.Not.EqualTo(Bits(all, last)));
        Assert.That(model.Manifest.Options["gradualFreezing"], Is.EqualTo("0.5"));

        static ImageClassificationModel Train(double share, int threads) => new ImageClassificationTrainer(new()
        {
            Pretrained = Architecture.SmallCnn.Build(new BackboneOptions { Classes = 0 }),
            ImageSize = 32,
            Epoch = 0,
            FineTuneEpoch = 4,
            BatchSize = 8,
            ValidationSetFraction = 0,
            GradualFreezing = share,
            TestTimeAugmentation = 1,
            Threads = threads,
        }).Fit(TestImages.Dataset(16));
    }

    [Test]
    public void A_layer_that_keeps_its_statistics_uses_the_running_ones_on_fast_kernels_and_on_plain_loops()
    {
        foreach (KernelFamily? family in new[] { KernelFamily.Current, null })
        {
            Graph graph = Architecture.SmallCnn.Build(new BackboneOptions { Classes = 0 }).Graph;
            string[] layers = [.. graph.Nodes.Where(n => n.Operator.OpType == "BatchNormalization").Select(n => n.Inputs[1])];
            HashSet<string> open = [.. layers.Skip(1)];
            PlanOptions options = new() { KeepsStatistics = scale => !open.Contains(scale) };
            using TrainingPlan plan = TrainingPlan.Create(graph, new TensorShape(2, 3, 128, 128), options, family);
            Dictionary<string, float[]> before = plan.Parameters.ToDictionary(p => p.Name, p => p.Value.ToArray());
            plan.Forward([.. Enumerable.Range(0, 2 * 3 * 128 * 128).Select(i => (float)Math.Sin(i))]);
            foreach (Node node in graph.Nodes.Where(n => n.Operator.OpType == "BatchNormalization"))
                foreach (string statistic in node.Inputs.Skip(3))
                    Assert.That(plan.Parameters.First(p => p.Name == statistic).Value.SequenceEqual(before[statistic]),
                        Is.EqualTo(!open.Contains(node.Inputs[1])), $"{statistic}, {family?.Name ?? "plain loops"}");
        }
    }

    [Test]
    public void Of_all_parameters_only_the_statistics_that_a_pass_moves_are_noted_and_put_back()
    {
        Graph graph = Architecture.SmallCnn.Build(new BackboneOptions { Classes = 0 }).Graph;
        string[] layers = [.. graph.Nodes.Where(n => n.Operator.OpType == "BatchNormalization").Select(n => n.Inputs[1])];
        PlanOptions options = new() { KeepsStatistics = scale => scale == layers[0], IsTrainable = name => name.Contains("conv") };
        using TrainingPlan plan = TrainingPlan.Create(graph, new TensorShape(2, 3, 128, 128), options);
        Dictionary<string, float[]> before = plan.Parameters.ToDictionary(p => p.Name, p => p.Value.ToArray());
        RunningStatistics statistics = new(plan);
        Assert.That(statistics.Count, Is.EqualTo(2 * (layers.Length - 1)));
        statistics.Note();
        plan.Forward([.. Enumerable.Range(0, 2 * 3 * 128 * 128).Select(i => (float)Math.Sin(i))]);
        Assert.That(plan.Parameters.Count(p => !p.Value.SequenceEqual(before[p.Name])), Is.EqualTo(statistics.Count), "the pass moves what was noted");
        statistics.PutBack();
        Assert.That(plan.Parameters.All(p => p.Value.SequenceEqual(before[p.Name])), "and nothing else");
    }

    private static float[] Bits(ImageClassificationModel model, string parameter) => model.Network.Parameters[parameter].Values.ToArray();
}
