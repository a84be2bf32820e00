using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;
using static SkinClassifier.Tests.Trainers.TorchNumbers;

namespace SkinClassifier.Tests.Trainers;

public sealed class WeightAveragingTests
{
    [Test]
    public void The_running_mean_of_weights_equals_PyTorch()
    {
        float[][] steps = [.. Averaging.GetProperty("steps").EnumerateArray().Select(s => s.EnumerateArray().Select(v => (float)v.GetDouble()).ToArray())];
        float[] mean = [.. steps[0]];
        for (int n = 1; n < steps.Length; n++)
            ExponentialAverage.Update(mean, steps[n], 1 - 1f / (n + 1));
        Assert.That(mean, Is.EqualTo(Floats(Averaging, "mean")).Within(1e-6f));
    }

    [Test]
    public void Statistics_measured_again_equal_PyTorch()
    {
        float[][] batches = [.. Averaging.GetProperty("batches").EnumerateArray().Select(s => s.EnumerateArray().Select(v => (float)v.GetDouble()).ToArray())];
        GraphBuilder builder = new("statistics");
        string x = builder.Input("input", new TensorShape(TensorShape.Free, 3, 6, 5));
        Graph graph = builder.Build(builder.Flatten(builder.GlobalAveragePool(builder.BatchNormalization(x, "bn", momentum: 0.8f), "pool"), "flatten"));
        using Recorded source = new(batches, new TensorShape(4, 3, 6, 5));
        using TrainingPlan plan = TrainingPlan.Create(graph, source.InputShape);
        Assert.That(BatchStatistics.Measure(plan, source, 0, BatchStatistics.SharesOf(graph), new float[4 * 3 * 30], new float[4 * 3], () => false), Is.True);
        Assert.That(graph.Parameters["bn.running_mean"].Values.ToArray(), Is.EqualTo(Floats(Averaging, "runningMean")).Within(1e-3f));
        Assert.That(graph.Parameters["bn.running_var"].Values.ToArray(), Is.EqualTo(Floats(Averaging, "runningVariance")).Within(0.02f));
    }

    [TestCase(0.1, true)]
    [TestCase(0.9, false)]
    public void The_average_is_kept_only_when_it_is_better_than_the_best_epoch(double loss, bool kept)
    {
        List<float[]> validated = [];
        double[] losses = [3, 0.5, 2, 1.5, loss];
        (TrainingLoop loop, TrainingPlan plan, List<TrainingMetrics> reports) = Phase(4, 2, p =>
        {
            validated.Add(Weights(p));
            double value = losses[validated.Count - 1];
            return new ValidationMetrics(value, 0, 0, value);
        });
        using (plan)
        {
            loop.Run(default);
            Assert.That((validated.Count, loop.State.Swa!.Count, loop.State.Swa.IsKept), Is.EqualTo((5, 2, kept)));
            float[] mean = [.. validated[2].Zip(validated[3], (a, b) => a + (b - a) * 0.5f)];
            Assert.That(validated[4], Is.EqualTo(mean).Within(1e-6f), "what is validated is the mean of the last two epochs");
            Assert.That(Weights(plan), Is.EqualTo(kept ? validated[4] : validated[1]));
            Assert.That(loop.State.Best.Epoch, Is.EqualTo(kept ? 4 : 2));
            Assert.That(reports.Select(r => r.Text), Has.Some.Contains($"average of the weights of the last 2 epochs: validation loss {loss:0.0000}"));
        }
    }

    [Test]
    public void Without_a_validation_part_the_average_is_kept()
    {
        (TrainingLoop loop, TrainingPlan plan, _) = Phase(3, 3, null);
        using (plan)
        {
            loop.Run(default);
            Assert.That((loop.State.Swa!.IsKept, loop.State.Best.Epoch), Is.EqualTo((true, 3)));
            Assert.That(Weights(plan), Is.EqualTo(loop.State.Swa.Values.SelectMany(v => v)));
        }
    }

    [Test]
    public void The_rate_of_the_averaged_epochs_is_constant_and_the_schedule_ends_before_them()
    {
        (TrainingLoop loop, TrainingPlan plan, _) = Phase(6, 2, null, rate: 0.003);
        using (plan)
        {
            loop.Run(default);
            double[] rates = [.. loop.State.History.Select(e => e.LearningRate)];
            Assert.That(rates[4..], Is.All.EqualTo(0.003));
            Assert.That(rates[3], Is.EqualTo(0.01 * (1 + Math.Cos(Math.PI * 23 / 24)) / 2).Within(1e-12), "step 24 of 24 of the cosine");
        }
    }

    [Test]
    public void The_networks_statistics_are_those_of_its_averaged_weights()
    {
        // The same finished network measured once more gives nearly the same statistics: they belong to its weights.
        ImageClassificationTrainerOptions options = new()
        {
            Pretrained = TestNetworks.Small(),
            Epoch = 0,
            FineTuneEpoch = 4,
            SwaFraction = 0.5,
            BatchSize = 8,
            Threads = 2,
            ValidationSetFraction = 0,
            FineTuneLearningRate = 0.05,
            Augmentation = SkinClassifier.Data.Augmentations.AugmentationPipeline.Preset("none")
        };
        Graph network = new ImageClassificationTrainer(options).Fit(TestImages.Dataset(16)).Network;
        ImageClassificationTrainerOptions frozen = options with { BatchNormalization = BatchNormalizationMode.Frozen };
        float[] trained = network.Parameters["bn2.running_mean"].Values.ToArray();
        Graph features = network.Cut(network.Nodes.First(n => n.Name == "conv2").Outputs[0]);
        float[] images = new float[48 * 3 * 256];
        SkinClassifier.Data.ImageDataset data = TestImages.Dataset(16);
        foreach (SkinClassifier.Data.ImageBatch batch in new SkinClassifier.Data.BatchLoader(data.Examples, new(16, 16), new() { BatchSize = 48 }).Load())
            batch.Pixels.CopyTo(images);
        using InferencePlan plan = InferencePlan.Create(features, new TensorShape(48, 3, 16, 16));
        float[] map = new float[plan.OutputShape.ElementCount];
        plan.Run(images, map);
        int plane = plan.OutputShape[2] * plan.OutputShape[3];
        for (int c = 0; c < 16; c++)
        {
            double mean = Enumerable.Range(0, 48).Average(n => map.AsSpan((n * 16 + c) * plane, plane).ToArray().Average());
            // conv2 reads bn1, which here uses the mean statistics and there those of each batch.
            Assert.That(trained[c], Is.EqualTo(mean).Within(0.05 + 0.1 * Math.Abs(mean)), $"channel {c}");
        }
        Assert.That(new ImageClassificationTrainer(frozen).Fit(data).Network.Parameters["bn2.running_mean"].Values.ToArray(),
            Is.EqualTo(options.Pretrained!.Graph.Parameters["bn2.running_mean"].Values.ToArray()), "frozen statistics stay");
    }

    private static (TrainingLoop, TrainingPlan, List<TrainingMetrics>) Phase(
        int epochs, int averaged, Func<TrainingPlan, ValidationMetrics>? validate, double? rate = null)
    {
        ClassifierHead head = new(4, [5], 3, 1);
        SkinClassifier.Common.SeededRandom random = new(2);
        float[] values = [.. Enumerable.Range(0, 60 * 4).Select(_ => (float)random.NextGaussian())];
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        FeatureBatches source = new(values, labels, 3, 10, new EpochOrder(labels, 3, ClassBalance.None, 3));
        TrainingPlan plan = TrainingPlan.Create(head.TrainingGraph(0), source.InputShape);
        List<TrainingMetrics> reports = [];
        PhaseSettings settings = new()
        {
            Options = new() { EarlyStoppingCriteria = null },
            Phase = "fine-tune",
            Epochs = epochs,
            Loss = new SoftmaxCrossEntropy(),
            LearningRate = 0.01,
            Scheduler = new CosineSchedule(),
            SwaEpochs = averaged,
            SwaLearningRate = rate
        };
        return (new TrainingLoop(plan, source, settings, validate is null ? null : _ => validate(plan), new ProgressReporter(reports.Add)), plan, reports);
    }

    private static float[] Weights(TrainingPlan plan) => [.. plan.Parameters.SelectMany(p => p.Value.ToArray())];

    private sealed class Recorded(float[][] batches, TensorShape shape) : BatchSource
    {
        private int _next;

        public override TensorShape InputShape => shape;

        public override int Classes => 3;

        public override int StepsPerEpoch => batches.Length;

        public override void BeginEpoch(int epoch, int firstBatch = 0) => _next = 0;

        public override bool Next(Span<float> input, Span<float> targets)
        {
            if (_next == batches.Length)
                return false;
            batches[_next++].CopyTo(input);
            return true;
        }
    }
}
