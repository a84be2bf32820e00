using SkinClassifier.Calibration;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Tests.Trainers;

[TestFixture]
public sealed class PolicyFitTests
{
    [Test]
    public void A_head_with_few_validation_images_is_calibrated_by_cross_validation_and_not_changed_by_it()
    {
        List<string> said = [];
        ImageClassificationModel model = Train(12, new() { MetricsCallback = m => said.Add(m.Text) }), without = Train(12, new() { Policy = null });
        Assert.That(model.Policy!.CalibratedOn, Is.EqualTo("5-fold cross-validation, 33 images").Or.EqualTo("5-fold cross-validation, 30 images"));
        Assert.That(said, Has.Some.StartsWith("policy: prediction sets with the class of 90 % of the images of each class; "));
        Assert.That(without.Policy, Is.Null);
        Assert.That(Weights(without), Is.EqualTo(Weights(model)));
        Assert.That(without.Manifest.Temperature, Is.EqualTo(model.Manifest.Temperature));
    }

    [Test]
    public void Where_validation_images_choose_the_epoch_heads_of_folds_add_their_own()
    {
        ImageClassificationTrainerOptions options = new() { EarlyStoppingCriteria = new EarlyStopping { MinImages = 5 }, ValidationSetFraction = 0.25 };
        List<string> said = [];
        ImageClassificationModel model = Train(16, options with { MetricsCallback = m => said.Add(m.Text) }),
            without = Train(16, options with { Policy = null });
        Assert.That(said, Has.Some.EqualTo("policy: 3 heads, each without one of 3 folds of the 36 training images, because the validation set has fewer than "
            + "225 images of a class"));
        Assert.That(model.Policy!.CalibratedOn, Is.EqualTo("validation set and 36 training images that a head had not seen, 48 images"));
        Assert.That(model.Policy.Images, Is.EqualTo(new[] { 16, 16, 16 }), "every image once");
        Assert.That(Weights(without), Is.EqualTo(Weights(model)));
    }

    [TestCase(5960, 852, 7)]
    [TestCase(36, 12, 3)]
    [TestCase(100, 100, 2)]
    [TestCase(100000, 1000, 10)]
    public void Folds_are_as_large_as_the_validation_set(int train, int validation, int folds) =>
        Assert.That(CalibrationHeads.Folds(train, validation), Is.EqualTo(folds));

    [Test]
    public void Several_views_are_calibrated_on_the_validation_set_alone()
    {
        ImageClassificationTrainerOptions options = new() { EarlyStoppingCriteria = new EarlyStopping { MinImages = 5 }, ValidationSetFraction = 0.5 };
        ImageClassificationModel model = Train(16, options with { TestTimeAugmentation = 2 });
        Assert.That(model.Policy!.CalibratedOn, Is.EqualTo("validation set, 24 images"));
    }

    [Test]
    public void Heads_of_folds_are_the_same_on_any_number_of_threads()
    {
        ImageClassificationTrainerOptions options = new() { EarlyStoppingCriteria = new EarlyStopping { MinImages = 5 }, ValidationSetFraction = 0.25 };
        double[][] limits = [.. new[] { 1, 2, 5 }.Select(threads => new ImageClassificationTrainer(
            options with { Pretrained = TestNetworks.Small(), Epoch = 4, BatchSize = 8, Threads = threads }).Fit(TestImages.Dataset(16))
            .Policy!.Limits.ToArray())];
        Assert.That(limits[1], Is.EqualTo(limits[0]));
        Assert.That(limits[2], Is.EqualTo(limits[0]));
    }

    [Test]
    public void A_network_that_trains_is_calibrated_on_its_validation_set()
    {
        ImageClassificationModel model = Train(24, new() { FineTuneEpoch = 1, ValidationSetFraction = 0.34, TestTimeAugmentation = 2 });
        Assert.That(model.Policy!.CalibratedOn, Does.Match("^validation set, 2[0-9] images$"));
        Assert.That(model.Policy.Images.Sum(), Is.InRange(20, 29));
    }

    [Test]
    public void Too_few_images_are_said_and_nothing_is_stored()
    {
        List<string> said = [];
        ImageClassificationModel model = Train(8, new() { FineTuneEpoch = 1, MetricsCallback = m => said.Add(m.Text) });
        Assert.That(model.Policy, Is.Null);
        Assert.That(said, Has.Some.Match("^(warning: )?policy: [36] calibration images \\(validation set, [36] images\\) are fewer than 20; "));
    }

    [Test]
    public void Options_out_of_range_are_named()
    {
        ImageClassificationTrainerOptions options = new() { Policy = new PolicyOptions { Alpha = 0, Risk = 2, RiskError = 1, MinImages = 0 } };
        Assert.That(() => new ImageClassificationTrainer(options),
            Throws.ArgumentException.With.Message.Contains("Policy.Alpha: expected above 0, below 1, received 0")
            .And.Message.Contains("Policy.Risk: expected above 0, at most 1, received 2")
            .And.Message.Contains("Policy.RiskError: expected above 0 to below 1, received 1")
            .And.Message.Contains("Policy.MinImages: expected at least 1, received 0"));
    }

    [Test]
    public void Folds_pool_their_scores_for_the_policy_of_the_final_model()
    {
        CrossValidation folds = new(new() { Pretrained = TestNetworks.Small(), Epoch = 4, BatchSize = 8, Threads = 2 }) { Folds = 3 };
        CrossValidationResult result = folds.Run(TestImages.Dataset(12));
        Assert.That((result.Policy!.CalibratedOn, result.Policy.Images.Sum()), Is.EqualTo(("all folds, 36 images", 36)));
        ImageClassificationModel ensemble = result.ToEnsemble();
        Assert.That(ensemble.Policy, Is.SameAs(result.Policy));
        Assert.That(ModelEnsemble.Combine([.. result.Folds.Select(f => f.Model)]).Policy, Is.Null, "no images were scored by the mean of the models");
    }

    private static ImageClassificationModel Train(int perClass, ImageClassificationTrainerOptions options) =>
        new ImageClassificationTrainer(options with { Pretrained = TestNetworks.Small(), Epoch = 8, BatchSize = 8, Threads = 2 })
            .Fit(TestImages.Dataset(perClass));

    private static float[] Weights(ImageClassificationModel model) =>
        [.. model.Network.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.Values.ToArray())];
}
