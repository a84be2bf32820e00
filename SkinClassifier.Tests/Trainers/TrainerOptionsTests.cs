using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Losses;

namespace SkinClassifier.Tests.Trainers;

public sealed class TrainerOptionsTests
{
    [Test]
    public void Defaults_are_the_documented_ones()
    {
        ImageClassificationTrainerOptions o = new ImageClassificationTrainer().Options;
        Assert.Multiple(() =>
        {
            Assert.That((o.Arch, o.Balance, o.Augmentation, o.TestTimeAugmentation),
                Is.EqualTo(((Architecture?)null, (ClassBalance?)null, (SkinClassifier.Data.Augmentations.AugmentationPipeline?)null, (int?)null)));
            Assert.That((o.WeightsPath, o.Pretrained, o.FeatureOutput, o.Normalization, o.ImageSize),
                Is.EqualTo(((string?)null, (Backbone?)null, (string?)null, (SkinClassifier.Graphs.Normalization?)null, (int?)null)));
            Assert.That((o.Resize, o.Filter, o.WidthMultiplier), Is.EqualTo(((ResizeKind?)null, ResizeFilter.Triangle, 1.0)));
            Assert.That(o.HiddenUnits, Is.Null);
            Assert.That(
                (o.Dropout, o.Epoch, o.FineTuneEpoch, o.UnfreezeBlocks, o.LayerDecay), Is.EqualTo(((double?)null, (int?)null, (int?)null, (int?)null, 1.0)));
            Assert.That((o.BatchNormalization, o.BatchSize, o.LearningRate, o.FineTuneLearningRate, o.Optimizer),
                Is.EqualTo(
                    (BatchNormalizationMode.Training, (int?)null, (double?)null, (double?)null, (SkinClassifier.Trainers.Optimizers.OptimizerKind?)null)));
            Assert.That((o.AccumulateSteps, o.GradientCheckpointing), Is.EqualTo((1, false)));
            Assert.That((o.Momentum, o.Nesterov, o.LearningRateScheduler, o.WarmupEpochs),
                Is.EqualTo((0.9, false, (SkinClassifier.Trainers.Schedules.LearningRateSchedule?)null, 0.0)));
            Assert.That((o.Loss, o.FocalGamma, o.L2, o.WeightDecay, o.LabelSmoothing), Is.EqualTo((LossKind.CrossEntropy, 2.0, (double?)null, 1e-4, 0.0)));
            Assert.That((o.MaxGradientNorm, o.EmaDecay), Is.EqualTo((0.0, 0.0)));
            Assert.That(o.EarlyStoppingCriteria, Is.EqualTo(
                new EarlyStopping { Metric = "temperatureScaledLoss", Patience = 20, MinDelta = 0, MinImages = 100 }));
            Assert.That((o.ValidationSet, o.ValidationSetFraction, o.FitTemperature), Is.EqualTo(((ImageDataset?)null, 0.1, true)));
            Assert.That((o.MixUp, o.CutMix, o.UnfreezeEpochs), Is.EqualTo((0.0, 0.0, 0.0)));
            Assert.That((o.CheckpointPath, o.CheckpointMinutes, o.Resume), Is.EqualTo(((string?)null, 5.0, false)));
            Assert.That((o.AccumulateSteps, o.SwaFraction, o.SwaLearningRate, o.ProgressiveFrom), Is.EqualTo((1, 0.0, (double?)null, (int?)null)));
            Assert.That((o.Teacher, o.DistillationWeight, o.DistillationTemperature, o.ColorConstancy),
                Is.EqualTo(((SkinClassifier.Models.ImageClassificationModel?)null, 0.5, 2.0, SkinClassifier.Graphs.ColorConstancy.None)));
            Assert.That((o.WorkspacePath, o.Seed, o.Threads), Is.EqualTo(((string?)null, 1UL, 0)));
        });
    }

    [Test]
    public void The_old_name_of_the_temperature_scaled_loss_is_read_as_the_new_one()
    {
        EarlyStopping old = new() { Metric = "CalibratedLoss" };
        Assert.That((old.Metric, old == new EarlyStopping(), old.Watched), Is.EqualTo(("temperatureScaledLoss", true, (SkinClassifier.Metrics.IMetric?)null)));
        Assert.That(new EarlyStopping { Metric = "macroAuc" }.Metric, Is.EqualTo("macroAuc"));
    }

    [Test]
    public void All_errors_are_told_at_once()
    {
        ImageClassificationTrainerOptions bad = new()
        {
            WeightsPath = "no-such-file.onnx",
            Epoch = 0,
            ImageSize = 5000,
            LearningRate = -1,
            Momentum = 1,
            LabelSmoothing = double.NaN,
            HiddenUnits = [16, 0],
            ValidationSetFraction = 1,
            Threads = -2,
            EarlyStoppingCriteria = new EarlyStopping { Patience = 0, Metric = "beauty", MinImages = 0 },
        };
        Assert.That(() => new ImageClassificationTrainer(bad), Throws.ArgumentException.With.Message.Contains("12 options are not usable")
            .And.Message.Contains("WeightsPath: expected an existing ONNX file, received no-such-file.onnx")
            .And.Message.Contains("Epoch: expected 1 to 100000, or 0 with FineTuneEpoch, received 0")
            .And.Message.Contains("ImageSize: expected 16 to 2048 pixels, received 5000")
            .And.Message.Contains("LearningRate: expected above 0, at most 100, received -1")
            .And.Message.Contains("Momentum: expected 0 to below 1, received 1")
            .And.Message.Contains("LabelSmoothing: expected 0 to below 1, received NaN")
            .And.Message.Contains("HiddenUnits: expected widths of 1 to 65536, received 16, 0")
            .And.Message.Contains("ValidationSetFraction: expected 0 to below 1, received 1")
            .And.Message.Contains("Threads: expected 0 to 1024, received -2")
            .And.Message.Contains("EarlyStoppingCriteria.Metric: expected temperatureScaledLoss, loss, microAccuracy, macroAccuracy")
            .And.Message.Contains("EarlyStoppingCriteria.MinImages: expected 1 or more, received 0")
            .And.Message.Contains("EarlyStoppingCriteria.Patience: expected 1 or more, received 0"));
    }

    [Test]
    public void Errors_of_the_course_are_told_at_once() =>
        Assert.That(() =>
            new ImageClassificationTrainer(new()
            {
                AccumulateSteps = 0,
                SwaFraction = 1.5,
                SwaLearningRate = 0,
                ProgressiveFrom = 3,
                DistillationWeight = -1,
                DistillationTemperature = 0,
                ColorConstancy = (SkinClassifier.Graphs.ColorConstancy)9
            }),
            Throws.ArgumentException.With.Message.Contains("7 options are not usable")
                .And.Message.Contains("AccumulateSteps: expected 1 to 65536, received 0").And.Message.Contains("SwaFraction: expected 0 to 1, received 1.5")
                .And.Message.Contains("ProgressiveFrom: expected 16 to 2048 pixels, received 3")
                .And.Message.Contains("DistillationWeight: expected 0 to 1, received -1"));

    [Test]
    public void A_error_of_two_options_together_is_found() =>
        Assert.That(() => new ImageClassificationTrainer(new() { Loss = LossKind.Hinge, LabelSmoothing = 0.1 }),
            Throws.ArgumentException.With.Message.Contains("LabelSmoothing: expected 0 with this loss, received 0.1 with Hinge"));
}
