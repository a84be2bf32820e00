using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Tests.Trainers;

public sealed class ProgressiveSizesTests
{
    [TestCase(128, 224, 6, new[] { 128, 160, 192, 192, 224, 224 })]
    [TestCase(96, 128, 3, new[] { 96, 128, 128 })]
    [TestCase(100, 224, 1, new[] { 224 })]
    [TestCase(16, 32, 5, new[] { 16, 24, 24, 32, 32 })]
    public void Sizes_grow_in_a_straight_line_over_two_thirds_of_the_epochs(int from, int to, int epochs, int[] expected) =>
        Assert.That(Enumerable.Range(0, epochs).Select(new ProgressiveSizes(from, to, epochs).Of), Is.EqualTo(expected));

    [TestCase(224, new[] { 96, 128, 160, 192 })]
    [TestCase(299, new[] { 96, 128, 160, 192, 224, 256, 288 })]
    [TestCase(128, new[] { 64, 96 })]
    [TestCase(96, new[] { 64 })]
    [TestCase(32, new[] { 16, 24 })]
    public void The_sizes_below_a_full_one_hold_all_that_training_takes_by_itself(int full, int[] expected)
    {
        Assert.That(ProgressiveSizes.Below(full), Is.EqualTo(expected));
        if (ProgressiveSizes.UsualFirst(full) is { } first)
            Assert.That(expected, Is.SupersetOf(Enumerable.Range(0, 14).Select(new ProgressiveSizes(first, full, 14).Of).Where(s => s < full).Distinct()));
    }

    [Test]
    public void A_network_trains_on_growing_images_and_predicts_at_the_full_size()
    {
        List<string> texts = [];
        ImageClassificationModel model = new ImageClassificationTrainer(new()
        {
            Arch = Architecture.SmallCnn,
            ImageSize = 32,
            ProgressiveFrom = 16,
            Epoch = 4,
            BatchSize = 8,
            Threads = 2,
            MetricsCallback = r => texts.Add(r.Text)
        }).Fit(TestImages.Dataset(16));
        Assert.That((model.Manifest.Width, model.Network.Inputs[0].Shape), Is.EqualTo((32, new TensorShape(TensorShape.Free, 3, 32, 32))));
        Assert.That(texts, Has.Some.Contains("images from 16 to 32 pixels"));
        Assert.That(model.History!.Epochs[^1].TrainLoss, Is.LessThan(model.History.Epochs[0].TrainLoss));
        Assert.That(model.Manifest.Options["progressiveFrom"], Is.EqualTo("16"));
    }

    [Test]
    public void While_the_images_of_fine_tuning_grow_nothing_is_validated_unless_something_depends_on_it()
    {
        ImageClassificationTrainerOptions growing = Growing(4);
        ImageDataset data = TestImages.Dataset(32);
        List<TrainingMetrics> reports = [];
        ImageClassificationModel model = new ImageClassificationTrainer(growing with { MetricsCallback = reports.Add }).Fit(data);
        Assert.That(Validated(model), Is.EqualTo(new[] { false, false, false, true }), "16, 24, 24 and 32 pixels");
        Assert.That(model.History!.BestEpoch, Is.EqualTo(4));
        Assert.That(reports.Select(r => r.Text), Has.Some.EndsWith("images from 16 to 32 pixels, validated once they have them"));
        ImageClassificationModel alone = new ImageClassificationTrainer(growing with { ValidationSetFraction = 0, MetricsCallback = reports.Add }).Fit(data);
        Assert.That(Validated(alone), Is.EqualTo(new[] { false, false, false, false }));
        Assert.That(reports.Select(r => r.Text), Has.Some.EndsWith("images from 16 to 32 pixels"));
        foreach (ImageClassificationTrainerOptions depends in new[]
        {
            growing with { EarlyStoppingCriteria = new EarlyStopping { Patience = 3 } },
            growing with { LearningRateScheduler = new PlateauSchedule() },
            growing with { Epoch = 2 },
            growing with { Pretrained = null, Arch = Architecture.SmallCnn, ImageSize = 32, Epoch = 4 },
        })
            Assert.That(Validated(new ImageClassificationTrainer(depends).Fit(data)), Is.All.True);

        static bool[] Validated(ImageClassificationModel model) => [.. model.History!.Epochs.Select(e => e.ValidationLoss.HasValue)];
    }

    [Test]
    public void A_run_that_is_cancelled_while_images_grow_keeps_the_last_whole_epoch_and_says_what_it_is_worth()
    {
        using CancellationTokenSource cancel = new();
        ImageClassificationModel model = new ImageClassificationTrainer(Growing(6) with
        {
            MetricsCallback = r =>
            {
                if (r is { Kind: TrainingMetricsKind.Epoch, Epoch: 2 })
                    cancel.Cancel();
            },
        }).Fit(TestImages.Dataset(32), cancel.Token);
        Assert.That((model.History!.Epochs.Count, model.History.BestEpoch, model.Manifest.Width), Is.EqualTo((2, 2, 32)));
        Assert.That(model.Manifest.Temperature, Is.Not.EqualTo(1), "the validation set was scored at the end");
    }

    [Test]
    public void Every_built_in_network_but_those_with_dense_layers_inside_takes_smaller_images_with_the_same_weights()
    {
        // VGG16 has dense layers of half a gigabyte; the network of the last test stands for it.
        foreach (Architecture architecture in ArchitectureCatalog.All.Where(a => a.Name != "vgg16"))
        {
            Backbone network = architecture.Build(new BackboneOptions { Classes = 0, SkipInitialization = true });
            Graph features = NetworkAssembly.FeatureGraph(network.Graph, network.FeatureTensor, network.Normalization, network.InputSize, network.InputSize);
            Assert.That(NetworkAssembly.Resized(features, 128, 128).Parameters, Is.EquivalentTo(features.Parameters), architecture.Name);
        }
    }

    [Test]
    public void A_first_size_that_is_not_smaller_is_refused() =>
        Assert.That(() =>
            new ImageClassificationTrainer(new() { Arch = Architecture.SmallCnn, ImageSize = 32, ProgressiveFrom = 32, Epoch = 4 })
                .Fit(TestImages.Dataset(8)), Throws.ArgumentException.With.Message.Contains("expected less than the full size of 32 pixels, received 32"));

    [Test]
    public void A_network_that_takes_one_size_only_is_refused_before_anything_is_trained()
    {
        GraphBuilder builder = new("fixed");
        string x = builder.Relu(builder.Conv(builder.Input("input", new TensorShape(TensorShape.Free, 3, 32, 32)), "conv", 4, 3, 4, 1), "relu");
        string features = builder.Gemm(builder.Flatten(x, "flatten"), "dense", 10);
        Backbone backbone = new("fixed", builder.Build(features), features, null, Normalization.Imagenet, 32);
        List<TrainingMetrics> reports = [];
        Assert.That(() =>
            new ImageClassificationTrainer(new() { Pretrained = backbone, ProgressiveFrom = 16, FineTuneEpoch = 3, MetricsCallback = reports.Add })
                .Fit(TestImages.Dataset(8)),
            Throws.ArgumentException.With.Message.Contains("expected a network that takes images of any size, fixed does not take 16×16")
                .And.Message.Contains("Leave the option out"));
        Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Progress), Is.Empty);
    }

    private static ImageClassificationTrainerOptions Growing(int epochs) => new()
    {
        Pretrained = TestNetworks.Small(32),
        ProgressiveFrom = 16,
        Epoch = 0,
        FineTuneEpoch = epochs,
        BatchSize = 8,
        Threads = 2,
        ValidationSetFraction = 0.25,
    };
}
