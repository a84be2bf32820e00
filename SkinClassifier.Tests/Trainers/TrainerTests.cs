using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.Trainers;

public sealed class TrainerTests
{
    private static readonly ImageDataset Data = TestImages.Dataset(16);

    private static ImageClassificationTrainerOptions Frozen => new() { Pretrained = TestNetworks.Small(), Epoch = 20, BatchSize = 8, Threads = 2 };

    private static ImageClassificationTrainerOptions Tuned =>
        Frozen with
        {
            Epoch = 3,
            FineTuneEpoch = 4,
            Balance = ClassBalance.BalancedBatches,
            EmaDecay = 0.9,
            MixUp = 0.2,
            CutMix = 1,
            LayerDecay = 0.8,
            MaxGradientNorm = 1
        };

    private static ImageClassificationTrainerOptions Scratch => new() { Arch = Architecture.SmallCnn, ImageSize = 32, Epoch = 2, BatchSize = 8, Threads = 2 };

    private static IEnumerable<TestCaseData> Ways =>
    [
        new TestCaseData(Frozen).SetArgDisplayNames("frozen features"),
        new TestCaseData(Tuned).SetArgDisplayNames("fine-tuning"),
        new TestCaseData(Scratch).SetArgDisplayNames("from scratch"),
        new TestCaseData(Everything).SetArgDisplayNames("accumulation, averaged weights, growing images, a teacher, color constancy"),
    ];

    private static ImageClassificationTrainerOptions Everything => Frozen with
    {
        Epoch = 2,
        FineTuneEpoch = 5,
        AccumulateSteps = 2,
        BatchSize = 4,
        SwaFraction = 0.4,
        SwaLearningRate = 0.001,
        ProgressiveFrom = 16,
        ImageSize = 32,
        Teacher = TestTeacher.Create(24),
        CutMix = 1,
        ColorConstancy = SkinClassifier.Graphs.ColorConstancy.ShadesOfGray,
    };

    [TestCaseSource(nameof(Ways))]
    public void The_same_seed_gives_the_same_weights_bit_for_bit_with_1_2_or_3_threads(ImageClassificationTrainerOptions options)
    {
        byte[][] weights = [.. new[] { 1, 2, 3 }.Select(threads => Bits(new ImageClassificationTrainer(options with { Threads = threads }).Fit(Data)))];
        Assert.That(weights[1].AsSpan().SequenceEqual(weights[0]), Is.True, "2 threads");
        Assert.That(weights[2].AsSpan().SequenceEqual(weights[0]), Is.True, "3 threads");
        Assert.That(Bits(new ImageClassificationTrainer(options with { Seed = 2 }).Fit(Data)).AsSpan().SequenceEqual(weights[0]), Is.False, "another seed");
    }

    [TestCaseSource(nameof(Ways))]
    public void History_and_manifest_tell_what_happened(ImageClassificationTrainerOptions options)
    {
        List<TrainingMetrics> reports = [];
        ImageClassificationModel model = new ImageClassificationTrainer(
            options with { MetricsCallback = reports.Add, EarlyStoppingCriteria = new EarlyStopping { MinImages = 1 } }).Fit(Data);
        bool pretrained = options.Pretrained is not null;
        string[] phases = pretrained ? options.FineTuneEpoch > 0 ? ["head", "fine-tune"] : ["head"] : ["scratch"];
        TrainingHistory history = model.History!;
        Assert.That(history.Epochs.Select(e => e.Phase).Distinct(), Is.EqualTo(phases));
        Assert.That(history.Epochs.Select(e => (e.Phase, e.Epoch)),
            Is.EqualTo(reports.Where(r => r.Kind == TrainingMetricsKind.Epoch).Select(r => (r.Phase, r.Epoch))));
        TrainingEpoch best = history.Epochs.Where(e => e.Phase == history.BestPhase).First(e => e.Epoch == history.BestEpoch);
        if (!model.Manifest.Options.TryGetValue("swaKept", out string? kept) || kept == "no")
            Assert.That(best.ValidationLoss, Is.EqualTo(history.Epochs.Min(e => e.ValidationLoss)).Within(1e-9));
        Assert.That(model.Manifest.TrainedOn.Values.Sum(), Is.EqualTo(Data.Examples.Count - 3 * 2));
        Assert.That(model.Manifest.Options[$"{phases[0]}.epochs"], Is.EqualTo(options.Epoch.ToString()));
        Assert.That(model.Labels, Is.EqualTo(TestImages.Labels));
        Assert.That((model.Manifest.Backbone, model.Manifest.WeightsHash is null), Is.EqualTo(pretrained ? ("small", false) : ("small_cnn", true)));
        Assert.That(reports.Select(r => r.ToString()), Is.All.Not.Empty);
    }

    [Test]
    public void Fine_tuning_a_small_network_tells_drawings_apart()
    {
        ImageClassificationModel model = new ImageClassificationTrainer(Frozen with { Epoch = 10, FineTuneEpoch = 25, FineTuneLearningRate = 0.01 }).Fit(Data);
        (float[] scores, int[] labels, _) = new DatasetScorer(TestImages.Dataset(10, seed: 99), model.Preprocessor, 3, new(2)).Score(model.Network);
        int right = Enumerable.Range(0, labels.Length).Count(n => ValidationMetrics.IndexOfMax(scores.AsSpan(n * 3, 3)) == labels[n]);
        Assert.That(right, Is.GreaterThanOrEqualTo(24), "of 30 new synthetic images");
        for (int n = 0; n < labels.Length; n++)
            Assert.That(scores[(n * 3)..(n * 3 + 3)].Sum(), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void The_best_epoch_can_be_chosen_by_any_metric([Values("macroAuc", "MacroF1", "logLoss")] string metric)
    {
        ImageClassificationModel model = new ImageClassificationTrainer(
            Frozen with { ValidationSetFraction = 0.3, EarlyStoppingCriteria = new EarlyStopping { Metric = metric, Patience = 3 } }).Fit(Data);
        Assert.That(model.History!.Epochs.Count - model.History.BestEpoch, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public void Training_rates_that_are_not_given_are_the_documented_ones()
    {
        ImageClassificationTrainerOptions usual = new(), sgd = new() { Optimizer = SkinClassifier.Trainers.Optimizers.OptimizerKind.Sgd };
        (double, double, double) Rates(ImageClassificationTrainerOptions o) =>
            (PhaseSettings.Head(o, [1, 1]).LearningRate, PhaseSettings.FineTune(o, [1, 1]).LearningRate, PhaseSettings.Scratch(o, [1, 1]).LearningRate);
        Assert.That((Rates(usual), Rates(sgd)), Is.EqualTo(((0.01, 0.0005, 0.001), (0.01, 0.01, 0.01))));
        PhaseSettings head = PhaseSettings.Head(usual, [1, 1]);
        Assert.That((head.Epochs, head.WeightDecay, head.BatchSize, PhaseSettings.Scratch(usual, [1, 1]).BatchSize), Is.EqualTo((30, 0.1, 128, 32)));
    }

    [Test]
    public void Fine_tuning_can_begin_with_an_untrained_head()
    {
        ImageClassificationModel model = new ImageClassificationTrainer(Frozen with { Epoch = 0, FineTuneEpoch = 2 }).Fit(Data);
        Assert.That(model.History!.Epochs.Select(e => e.Phase), Is.All.EqualTo("fine-tune"));
    }

    [Test]
    public void Only_the_open_blocks_train_and_the_rest_stays_as_it_was()
    {
        Backbone backbone = TestNetworks.Small();
        ImageClassificationModel model = new ImageClassificationTrainer(Frozen with
        {
            Pretrained = backbone,
            FineTuneEpoch = 2,
            UnfreezeBlocks = 1,
            FineTuneLearningRate = 0.01,
            EarlyStoppingCriteria = null,
            ValidationSetFraction = 0
        }).Fit(Data);
        foreach ((string name, Tensor before) in backbone.Graph.Parameters)
        {
            bool open = name.StartsWith("conv3", StringComparison.Ordinal) || name is "bn3.weight" or "bn3.bias";
            Assert.That(model.Network.Parameters[name].Values.SequenceEqual(before.Values), Is.EqualTo(!open), name);
        }
    }

    [Test]
    public void Blocks_that_open_later_stay_as_they_are_until_then()
    {
        Backbone backbone = TestNetworks.Small();
        ImageClassificationTrainerOptions options =
            Frozen with { Pretrained = backbone, Epoch = 0, FineTuneEpoch = 1, UnfreezeEpochs = 3, EarlyStoppingCriteria = null, ValidationSetFraction = 0 };
        ImageClassificationModel model = new ImageClassificationTrainer(options).Fit(Data);
        // Four blocks: the head opens at 0, conv3 at 1, conv2 at 2, conv1 at 3.
        foreach (string name in new[] { "conv1.weight", "conv2.weight", "conv3.weight" })
            Assert.That(model.Network.Parameters[name].Values.SequenceEqual(backbone.Graph.Parameters[name].Values), Is.True, name);
        model = new ImageClassificationTrainer(options with { FineTuneEpoch = 2, LayerDecay = 0.5 }).Fit(Data);
        foreach (string name in new[] { "conv1.weight", "conv2.weight", "conv3.weight" })
            Assert.That(model.Network.Parameters[name].Values.SequenceEqual(backbone.Graph.Parameters[name].Values), Is.EqualTo(name != "conv3.weight"), name);
    }

    [Test]
    public void Features_come_from_the_cache_the_second_time_and_give_the_same_weights_also_when_the_cache_is_damaged()
    {
        string folder = Directory.CreateTempSubdirectory("skinclassifier-trainer-").FullName;
        try
        {
            List<TrainingMetrics> reports = [];
            byte[] Fit() =>
                Bits(new ImageClassificationTrainer(Frozen with { WorkspacePath = folder, MetricsCallback = reports.Add, Policy = null }).Fit(Data));
            byte[] first = Fit();
            Assert.That(reports.Where(r => r.Phase == "features").Select(r => r.Kind), Has.Some.EqualTo(TrainingMetricsKind.Progress));
            reports.Clear();
            Assert.That(Fit(), Is.EqualTo(first));
            Assert.That(reports.Where(r => r.Phase == "features").Select(r => r.Kind), Is.All.EqualTo(TrainingMetricsKind.Message));
            Assert.That(reports.Select(r => r.Text), Has.Some.Contains("48 in the cache"));
            string file = Directory.GetFiles(folder).Single();
            byte[] bytes = File.ReadAllBytes(file);
            bytes[100] ^= 1;
            File.WriteAllBytes(file, bytes);
            reports.Clear();
            Assert.That(Fit(), Is.EqualTo(first));
            Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Warning).Select(r => r.Text), Has.Exactly(1).Contains("the checksum is wrong"));
            reports.Clear();
            Assert.That(Fit(), Is.EqualTo(first));
            Assert.That(reports.Select(r => r.Kind), Has.None.EqualTo(TrainingMetricsKind.Warning), "the damaged cache was replaced");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCaseSource(nameof(Ways))]
    public void Unreadable_images_are_reported_and_the_rest_is_trained(ImageClassificationTrainerOptions options)
    {
        ImageDataset data = TestImages.Dataset(12, broken: name => name.EndsWith("003.png", StringComparison.Ordinal));
        ImageClassificationTrainer trainer = new(options);
        ImageClassificationModel model = trainer.Fit(data);
        Assert.That(trainer.Skipped.Select(s => s.Path), Is.EqualTo(new[] { "disc/003.png", "ring/003.png", "square/003.png" }));
        Assert.That(trainer.Skipped.Select(s => s.Reason), Is.All.Not.Empty);
        Assert.That(model.History!.Epochs, Is.Not.Empty);
    }

    [Test]
    public void Cancelling_during_an_epoch_returns_a_usable_model_of_the_best_epoch_so_far()
    {
        using CancellationTokenSource stop = new();
        int epochs = 0;
        ImageClassificationTrainer trainer = new(Tuned with
        {
            FineTuneEpoch = 1000,
            MetricsCallback = r => { if (r is { Kind: TrainingMetricsKind.Epoch, Phase: "fine-tune" } && ++epochs == 2) stop.Cancel(); }
        });
        ImageClassificationModel model = trainer.Fit(Data, stop.Token);
        Assert.That(model.History!.Epochs.Count(e => e.Phase == "fine-tune"), Is.EqualTo(2));
        Assert.That(model.History.BestEpoch, Is.Not.Null);
        Assert.That(new DatasetScorer(Data, model.Preprocessor, 3, new(1)).Score(model.Network).Scores, Is.All.InRange(0f, 1f));
    }

    [Test]
    public void Cancelling_before_the_features_are_there_returns_nothing()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.That(() => new ImageClassificationTrainer(Frozen).Fit(Data, stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void The_rate_falls_by_the_layer_decay_from_block_to_block()
    {
        // One step of plain descent: its gradients are the same for every decay.
        ImageDataset data = TestImages.Dataset(8);
        ImageClassificationTrainerOptions options = Frozen with
        {
            Epoch = 0,
            FineTuneEpoch = 1,
            BatchSize = 24,
            Optimizer = SkinClassifier.Trainers.Optimizers.OptimizerKind.Sgd,
            Momentum = 0,
            WeightDecay = 0,
            FineTuneLearningRate = 0.1,
            Dropout = 0,
            LearningRateScheduler = new SkinClassifier.Trainers.Schedules.ConstantSchedule(),
            BatchNormalization = SkinClassifier.Execution.BatchNormalizationMode.Frozen,
            EarlyStoppingCriteria = null,
            ValidationSetFraction = 0,
            Augmentation = SkinClassifier.Data.Augmentations.AugmentationPipeline.Preset("none"),
        };
        double[] Moved(double decay, string name)
        {
            Backbone backbone = TestNetworks.Small();
            float[] after =
                new ImageClassificationTrainer(options with { Pretrained = backbone, LayerDecay = decay }).Fit(data).Network.Parameters[name].Values.ToArray();
            return [.. after.Zip(backbone.Graph.Parameters[name].Values.ToArray(), (a, b) => (double)a - b)];
        }
        foreach ((string name, int block) in new[] { ("conv3.weight", 1), ("conv2.weight", 2), ("conv1.weight", 3) })
        {
            double[] full = Moved(1, name), decayed = Moved(0.5, name);
            double ratio = Math.Sqrt(decayed.Sum(d => d * d) / full.Sum(d => d * d));
            Assert.That(ratio, Is.EqualTo(Math.Pow(0.5, block)).Within(1e-2 * Math.Pow(0.5, block)), name);
        }
    }

    [TestCase(LossKind.Hinge)]
    [TestCase(LossKind.BinaryHinge)]
    public void Scores_of_a_support_vector_machine_become_probabilities_by_the_temperature(LossKind loss)
    {
        ImageDataset unseen = TestImages.Dataset(150, classes: 2, seed: 99);
        ImageClassificationTrainerOptions options =
            Frozen with { Loss = loss, L2 = 0.01, Epoch = 30, ValidationSet = TestImages.Dataset(150, classes: 2, seed: 77) };
        double LogLoss(bool fit, out double temperature)
        {
            ImageClassificationModel model = new ImageClassificationTrainer(options with { FitTemperature = fit }).Fit(TestImages.Dataset(40, classes: 2));
            temperature = model.Manifest.Temperature;
            (float[] scores, int[] labels, _) = new DatasetScorer(unseen, model.Preprocessor, 2, new(2)).Score(model.Network);
            return labels.Select((label, n) => -Math.Log(Math.Max(scores[2 * n + label], 1e-9))).Average();
        }
        double plain = LogLoss(false, out double one), calibrated = LogLoss(true, out double fitted);
        Assert.That((one, fitted), Is.EqualTo((1.0, fitted)).And.Not.EqualTo((1.0, 1.0)));
        Assert.That(calibrated, Is.LessThan(plain));
    }

    [Test]
    public void The_temperature_fits_the_views_that_the_finished_model_looks_at([Values] bool frozen)
    {
        ImageDataset validation = TestImages.Dataset(60, seed: 77);
        ImageClassificationTrainerOptions options =
            (frozen ? Frozen : Frozen with { Epoch = 0, FineTuneEpoch = 6, FineTuneLearningRate = 0.005 }) with
            { ValidationSet = validation, TestTimeAugmentation = 1 };
        ImageClassificationModel plain = new ImageClassificationTrainer(options).Fit(Data),
            turned = new ImageClassificationTrainer(options with { TestTimeAugmentation = 8 }).Fit(Data);
        EvaluationOptions views = new() { TestTimeAugmentation = 8 };
        Assert.That(turned.Manifest.Temperature, Is.Not.EqualTo(plain.Manifest.Temperature).Within(1e-4));
        Assert.That(turned.Evaluate(validation).Metrics.LogLoss, Is.LessThan(plain.Evaluate(validation, views).Metrics.LogLoss!));
    }

    [Test]
    public void A_network_without_batch_statistics_goes_on_from_the_head_trained_on_frozen_features()
    {
        Backbone network = Architecture.SqueezeNet11.Build(new BackboneOptions { InputSize = 64 });
        List<string> said = [];
        ImageClassificationTrainerOptions options = new()
        {
            Pretrained = network,
            Epoch = 5,
            FineTuneEpoch = 1,
            FineTuneLearningRate = 1e-7,
            BatchSize = 6,
            Dropout = 0,
            ValidationSetFraction = 0,
            MetricsCallback = m => said.Add(m.Text ?? "")
        };
        ImageClassificationModel model = new ImageClassificationTrainer(options).Fit(TestImages.Dataset(6));
        Assert.That(said, Has.None.Contains("a new head"));
        double[] head = [.. model.History!.Epochs.Where(e => e.Phase == "head").Select(e => e.TrainLoss)],
            tuned = [.. model.History.Epochs.Where(e => e.Phase == "fine-tune").Select(e => e.TrainLoss)];
        Assert.That((head.Length, tuned.Length), Is.EqualTo((5, 1)));
        Assert.That(tuned[0], Is.LessThan(0.5 * (head[^1] + Math.Log(3))), "an empty head begins at log 3");
    }

    [TestCase(LossKind.CrossEntropy)]
    [TestCase(LossKind.Binary)]
    [TestCase(LossKind.Hinge)]
    [TestCase(LossKind.BinaryHinge)]
    [TestCase(LossKind.Focal)]
    public void Every_loss_trains_two_classes(LossKind loss)
    {
        ImageDataset data = TestImages.Dataset(24, classes: 2);
        ImageClassificationModel model =
            new ImageClassificationTrainer(Frozen with { Loss = loss, Epoch = 60, HiddenUnits = [16], Dropout = 0.2, L2 = 0.1 }).Fit(data);
        TrainingEpoch last = model.History!.Epochs[^1];
        Assert.That(last.TrainLoss, Is.LessThan(0.75 * model.History.Epochs[0].TrainLoss));
        Assert.That(model.Network.InferShapes(new TensorShape(1, 3, 16, 16))["Score"], Is.EqualTo(new TensorShape(1, 2)));
    }

    [Test]
    public void What_does_not_fit_is_refused_with_what_to_do()
    {
        Assert.That(() => new ImageClassificationTrainer(Frozen with { Loss = LossKind.Binary }).Fit(Data),
            Throws.ArgumentException.With.Message.Contains("expected 2 classes, received 3"));
        Assert.That(() => new ImageClassificationTrainer(Frozen with { ValidationSet = TestImages.Dataset(4, classes: 2) }).Fit(Data),
            Throws.ArgumentException.With.Message.Contains("expected a validation set with the classes disc, ring, square"));
        Assert.That(() => new ImageClassificationTrainer(Frozen).Fit(Data.Subset(Data.Examples.Where(e => e.Label == "ring"))),
            Throws.ArgumentException.With.Message.Contains("at least 2 classes"));
        Assert.That(() => new ImageClassificationTrainer(Frozen with { FeatureOutput = "nothing" }).Fit(Data),
            Throws.ArgumentException.With.Message.Contains("received 'nothing'"));
    }

    private static byte[] Bits(ImageClassificationModel model) =>
        [.. model.Network.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.Values.ToArray()).SelectMany(BitConverter.GetBytes)];
}
