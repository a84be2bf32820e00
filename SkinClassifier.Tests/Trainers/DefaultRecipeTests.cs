using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;

namespace SkinClassifier.Tests.Trainers;

/// <summary>The rule as a table: what is known of the data → what is chosen.</summary>
public sealed class DefaultRecipeTests
{
    // images, imbalance, shorter side, pretrained, native size, asked → size, epochs, fine-tune epochs, hidden, batch, augmentation, balance, views
    [TestCase(5960, 58.0, 150, true, 224, null, 224, 0, 10, 0, null, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(5960, 58.0, 450, true, 224, null, 224, 0, 10, 0, null, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(5960, 58.0, 150, true, 96, null, 96, 0, 10, 0, null, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(1000, 1.2, 150, true, 224, null, 224, 0, 20, 0, null, "light", ClassBalance.None, 8)]
    [TestCase(50_000, 3.0, 600, true, 299, null, 299, 0, 8, 0, null, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(999, 3.0, 150, true, 224, null, 224, 0, 20, 0, 16, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(49, 3.0, 150, true, 224, null, null, null, 0, 0, null, "light", ClassBalance.SqrtWeights, 1)]
    [TestCase(50, 3.0, 150, true, 224, null, 224, 0, 20, 0, 16, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(30, 3.0, 150, true, 224, true, 224, 0, 20, 0, 16, "light", ClassBalance.SqrtWeights, 8)]
    [TestCase(5960, 58.0, 150, true, 224, false, null, null, 0, 1, null, "light", ClassBalance.SqrtWeights, 1)]
    [TestCase(1999, 58.0, 150, true, 224, false, null, null, 0, 0, null, "light", ClassBalance.SqrtWeights, 1)]
    [TestCase(5960, 58.0, 150, false, 128, null, 128, 33, 0, 0, null, "standard", ClassBalance.SqrtWeights, 8)]
    [TestCase(5960, 58.0, 150, false, 224, null, 160, 33, 0, 0, null, "standard", ClassBalance.SqrtWeights, 8)]
    [TestCase(40, 1.0, 0, false, 128, null, 128, 60, 0, 0, null, "standard", ClassBalance.None, 8)]
    public void What_is_chosen(int images, double imbalance, int side, bool pretrained, int native, bool? fineTune, int? size, int? epochs,
        int fineTuneEpochs, int hidden, int? batch, string augmentation, ClassBalance balance, int views)
    {
        DefaultRecipe recipe = DefaultRecipe.For(
            new DatasetFacts { TrainingImages = images, Imbalance = imbalance, ShorterSide = side, IsPretrained = pretrained, NativeSize = native }, fineTune);
        Assert.That((recipe.ImageSize, recipe.Epochs, recipe.FineTuneEpochs, recipe.HiddenUnits.Count), Is.EqualTo((size, epochs, fineTuneEpochs, hidden)));
        Assert.That(recipe.BatchSize, Is.EqualTo(batch));
        Assert.That((recipe.Augmentation, recipe.Balance, recipe.TestTimeAugmentation), Is.EqualTo((augmentation, balance, views)));
        Assert.That(recipe.Choices, Has.All.Matches<RecipeChoice>(c => c.Reason.Length > 10));
        Assert.That(recipe.Choices.Select(c => c.Option), Is.Unique.And.Contains("balance"));
        Assert.That(() => new ImageClassificationTrainer(recipe.Apply(new() { Arch = Architecture.SmallCnn })), Throws.Nothing);
    }

    [TestCase(2999, 224, true, true, null, 20)]
    [TestCase(3000, 224, true, true, 128, 14)]
    [TestCase(5960, 224, true, true, 128, 7)]
    [TestCase(50_000, 299, true, true, 160, 7)]
    [TestCase(5960, 224, false, true, null, 10)]
    [TestCase(5960, 224, true, false, null, 10)]
    [TestCase(5960, 128, true, true, null, 10)]
    public void Many_images_begin_small_and_grow(int images, int native, bool mayGrow, bool normalized, int? first, int epochs)
    {
        DefaultRecipe recipe = DefaultRecipe.For(
            new DatasetFacts { TrainingImages = images, IsPretrained = true, NativeSize = native, MayGrow = mayGrow, IsNormalized = normalized }, null);
        Assert.That((recipe.ProgressiveFrom, recipe.FineTuneEpochs, recipe.ImageSize), Is.EqualTo((first, epochs, (int?)native)));
        Assert.That(recipe.Resize, Is.EqualTo(first is null ? (ResizeKind?)null : ResizeKind.Stretch));
        Assert.That(recipe.Choices.Select(c => c.Option), first is null ? Has.No.Member("progressive-from") : Has.Member("progressive-from"));
        ImageClassificationTrainerOptions own = recipe.Complete(new() { ProgressiveFrom = 96, Resize = ResizeKind.Pad }),
            chosen = recipe.Complete(new()), all = recipe.Apply(new() { Resize = ResizeKind.Pad });
        Assert.That((own.ProgressiveFrom, own.Resize), Is.EqualTo(((int?)96, (ResizeKind?)ResizeKind.Pad)), "what is given stays");
        Assert.That((chosen.ProgressiveFrom, chosen.Resize, all.ProgressiveFrom, all.Resize), Is.EqualTo((first, recipe.Resize, first, recipe.Resize)));
    }

    [Test]
    public void A_trainer_lets_many_images_grow_and_a_rate_is_looked_for_at_full_size()
    {
        ImageDataset data = TestImages.Dataset(1000, side: 8);
        ImageClassificationTrainer trainer = new(new() { Pretrained = TestNetworks.Small(224), ValidationSetFraction = 0 });
        Assert.That((trainer.Prepare(data, new(null)).Options is { ProgressiveFrom: 128, Resize: ResizeKind.Stretch, FineTuneEpoch: 14 }), Is.True);
        Assert.That(trainer.Prepare(data, new(null), fullSize: true).Options.ProgressiveFrom, Is.Null);
    }

    [Test]
    public void A_file_whose_last_pooling_covers_the_map_of_its_own_size_alone_may_grow_as_training_takes_it([Values] bool channelsLast)
    {
        GraphBuilder builder = new("cntk");
        string x = builder.Input("input", channelsLast ? new TensorShape(1, 224, 224, 3) : new TensorShape(1, 3, 224, 224));
        if (channelsLast)
            x = builder.Add("Transpose", "turned", [x], new OperatorAttributes(new Dictionary<string, object> { ["perm"] = new long[] { 0, 3, 1, 2 } }));
        x = builder.BatchNormalization(builder.Conv(x, "conv", 4, 7, 32), "norm");
        Graph network = builder.Build(builder.AveragePool(x, "pool", new Extent(7, 7)));
        using MemoryStream onnx = new();
        OnnxModel.Write(network, onnx);
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"fixed-pooling-{channelsLast}.onnx");
        File.WriteAllBytes(file, onnx.ToArray());
        ImageClassificationTrainerOptions options = new() { WeightsPath = file, ValidationSetFraction = 0 };
        Assert.That(DatasetFacts.Of(TestImages.Dataset(2), options) is { MayGrow: true, IsNormalized: true, NativeSize: 224 }, Is.True);
        Assert.That(new ImageClassificationTrainer(options).Prepare(TestImages.Dataset(1000, side: 8), new(null)).Options.ProgressiveFrom, Is.EqualTo(128));
    }

    [Test]
    public void A_network_that_takes_the_sizes_of_growing_images_and_none_between_them_may_grow()
    {
        Backbone network = TestNetworks.OfMultiplesOf32();
        Assert.That(() => network.Graph.InferShapes(new TensorShape(1, 3, 112, 112)), Throws.InstanceOf<ShapeMismatchException>(), "three and four of them");
        Assert.That(DatasetFacts.Of(TestImages.Dataset(2), new() { Pretrained = network }).MayGrow, Is.True);
    }

    [TestCase(112, "96 or 128 or 224")]
    [TestCase(20, "32 or 224")]
    public void An_image_size_that_the_network_does_not_take_is_told_with_sizes_that_it_takes(int size, string others)
    {
        ImageClassificationTrainerOptions options = new() { Pretrained = TestNetworks.OfMultiplesOf32(), ImageSize = size, FineTuneEpoch = 0 };
        Assert.That(() => new ImageClassificationTrainer(options).Fit(TestImages.Dataset(8)),
            Throws.InstanceOf<ShapeMismatchException>().With.Message.StartsWith($"ImageSize: expected a size that halves takes, as {others}, received {size} (")
                .And.Message.Contains("Graph halves, node "));
    }

    [Test]
    public void A_network_that_fits_at_no_size_says_why() =>
        Assert.That(() => new ImageClassificationTrainer(new() { Pretrained = NeverFits(), ImageSize = 112 }).Fit(TestImages.Dataset(8)),
            Throws.InstanceOf<ShapeMismatchException>().With.Message.Contains("two: Add: expected shapes"));

    [Test]
    public void Given_sizes_and_epochs_are_of_full_images()
    {
        ImageDataset data = TestImages.Dataset(2);
        ImageClassificationTrainerOptions open = new() { Pretrained = Architecture.MobileNetV2.Build(new BackboneOptions { SkipInitialization = true }) };
        Assert.That(DatasetFacts.Of(data, open).MayGrow, Is.True);
        Assert.That(DatasetFacts.Of(data, open with { FineTuneEpoch = 3 }).MayGrow, Is.False);
        Assert.That(DatasetFacts.Of(data, open with { ImageSize = 160 }).MayGrow, Is.False);
        Assert.That(DatasetFacts.Of(data, open with { ProgressiveFrom = 96 }).MayGrow, Is.False);
        Assert.That(DatasetFacts.Of(data, new() { Pretrained = Architecture.Vgg16.Build(new BackboneOptions { SkipInitialization = true }) }).MayGrow,
            Is.False);
    }

    [Test]
    public void A_network_without_normalisation_trains_its_head_first_and_then_gently()
    {
        DefaultRecipe usual = DefaultRecipe.For(new DatasetFacts { TrainingImages = 5000, IsPretrained = true }, null),
            gentle = DefaultRecipe.For(new DatasetFacts { TrainingImages = 5000, IsPretrained = true, IsNormalized = false }, null);
        Assert.That((usual.Epochs, usual.FineTuneLearningRate), Is.EqualTo((0, 0.0005)));
        Assert.That(DefaultRecipe.For(new DatasetFacts { TrainingImages = 100, IsPretrained = true, IsNormalized = false }, null).BatchSize, Is.Null,
            "its head wants large batches");
        Assert.That((gentle.Epochs, gentle.FineTuneLearningRate), Is.EqualTo(((int?)null, 0.00005)));
        ImageDataset data = TestImages.Dataset(2);
        Assert.That(DatasetFacts.Of(data, new() { Pretrained = Architecture.MobileNetV2.Build() }).IsNormalized, Is.True);
        Assert.That(DatasetFacts.Of(data, new() { Pretrained = Architecture.ConvNextTiny.Build(new BackboneOptions { SkipInitialization = true }) })
            .IsNormalized, Is.True);
        Assert.That(DatasetFacts.Of(data, new() { Pretrained = Architecture.SqueezeNet11.Build() }).IsNormalized, Is.False);
    }

    [Test]
    public void Networks_without_dense_layers_inside_take_smaller_images()
    {
        ImageDataset data = TestImages.Dataset(2);
        BackboneOptions quick = new() { SkipInitialization = true };
        Assert.That(DatasetFacts.Of(data, new() { Pretrained = Architecture.MobileNetV2.Build(quick) }).TakesSmallerImages, Is.True);
        Assert.That(DatasetFacts.Of(data, new() { Pretrained = Architecture.Vgg16.Build(quick) }).TakesSmallerImages, Is.False);
    }

    [Test]
    public void Facts_come_from_images_and_network()
    {
        ImageDataset data = TestImages.Dataset(0, counts: [12, 20, 5], side: 24);
        DatasetFacts facts = DatasetFacts.Of(data, new() { Pretrained = TestNetworks.Small() });
        Assert.That((facts.TrainingImages, facts.Imbalance, facts.ShorterSide, facts.IsPretrained, facts.NativeSize), Is.EqualTo((37, 4.0, 24, true, 16)));
        facts = DatasetFacts.Of(data, new() { Arch = Architecture.SmallCnn });
        Assert.That((facts.IsPretrained, facts.NativeSize), Is.EqualTo((false, Architecture.SmallCnn.InputSize)));
    }

    private static Backbone NeverFits()
    {
        GraphBuilder builder = new("never");
        string x = builder.Input("input", new TensorShape(1, 3, 224, 224));
        string features = builder.Flatten(builder.Add(builder.Conv(x, "a", 3, 3, 2, 1), builder.Conv(x, "b", 3, 3, 4, 1), "two"), "features");
        return new Backbone("never", builder.Build(features), features, null, Normalization.Imagenet, 224);
    }
}
