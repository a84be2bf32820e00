using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Phases;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Tests.Trainers;

[TestFixture]
public sealed class HeadCrossValidationTests
{
    private const int Count = 60, Length = 200;

    [Test]
    public void Every_image_is_scored_by_a_head_that_has_not_seen_it()
    {
        SeededRandom random = new(1, 2, 3);
        // Noise that says nothing about the class: trained by heart, but not foreseen.
        FeatureTable noise = Table(_ => (float)random.NextDouble(-1, 1));
        float[] before = [.. noise.Values];
        (HeadCrossValidation folds, PhaseSettings settings) = Run(noise);

        Assert.That(noise.Values, Is.EqualTo(before), "the table is not changed");
        Assert.That(folds.Labels.Order(), Is.EqualTo(noise.Labels.Order()), "every image once");
        Assert.That(Accuracy(folds, settings.Epochs - 1), Is.LessThan(0.75));
        ImageClassificationTrainerOptions options = new() { Balance = ClassBalance.None };
        using HeadPhase all =
            new(PhaseSettings.Head(options, [30, 30]), new(Length, [], 2, 1), noise, noise with { Values = [.. before] }, 2, WorkerPool.Shared);
        new TrainingLoop(all.Plan, all.Source, all.Settings, null, new ProgressReporter(null)).Run(default);
        Assert.That(Right(all.Score().Scores, noise.Labels), Is.EqualTo(Count), "the whole is trained by heart");
    }

    [Test]
    public void What_says_the_class_is_foreseen_and_better_from_epoch_to_epoch()
    {
        SeededRandom random = new(1, 2, 3);
        FeatureTable table = Table(n => (float)random.NextDouble(-1, 1) + 2 * (n % 2));
        (HeadCrossValidation folds, PhaseSettings settings) = Run(table);
        Assert.That(Accuracy(folds, settings.Epochs - 1), Is.GreaterThan(0.95));
        double first = Loss(folds, settings, 0), last = Loss(folds, settings, settings.Epochs - 1);
        Assert.That(last, Is.LessThan(first));
    }

    [Test]
    public void Images_of_one_group_stay_together()
    {
        // Pairs of the same image with a label drawn by lot: only who has seen one half of a pair can know the other.
        SeededRandom random = new(1, 2, 3);
        FeatureTable pairs = Table(_ => (float)random.NextDouble(-1, 1));
        for (int n = 0; n < Count / 2; n++)
        {
            pairs.Values.AsSpan(n * Length, Length).CopyTo(pairs.Values.AsSpan((n + Count / 2) * Length));
            pairs.Labels[n + Count / 2] = pairs.Labels[n];
        }
        Assert.That(Accuracy(Run(pairs, n => $"{n % (Count / 2)}").Folds, 29), Is.LessThan(0.75));
        Assert.That(Accuracy(Run(pairs).Folds, 29), Is.GreaterThan(0.75), "the same without groups");
    }

    [Test]
    public void Training_with_few_images_takes_epoch_and_temperature_from_it()
    {
        List<TrainingMetrics> reports = [];
        ImageClassificationTrainerOptions options =
            new() { Pretrained = TestNetworks.Small(), Epoch = 12, BatchSize = 8, Threads = 2, MetricsCallback = reports.Add };
        ImageDataset data = TestImages.Dataset(12);
        ImageClassificationModel model = new ImageClassificationTrainer(options).Fit(data),
            without = new ImageClassificationTrainer(options with { ValidationSetFraction = 0 }).Fit(data),
            chosen = new ImageClassificationTrainer(options with { EarlyStoppingCriteria = new EarlyStopping { MinImages = 3 } }).Fit(data);

        Assert.That(
            reports.Select(r => r.Text), Has.Some.Contains("6 images to validate are fewer than ").Or.Some.Contains("3 images to validate are fewer than "));
        Assert.That(model.Manifest.Temperature, Is.Not.EqualTo(1), "fitted on the training images");
        Assert.That(without.Manifest.Temperature, Is.Not.EqualTo(1), "also without a validation set");
        Assert.That(without.History!.Epochs.Select(e => e.ValidationLoss), Is.All.Not.Null);
        Assert.That(chosen.Manifest.Options.ContainsKey("bestEpochFrom"), Is.False, "the three images of the validation set chose");
        Assert.That(model.Manifest.Options["bestEpochFrom"], Is.EqualTo("5-fold cross-validation"));
        TrainingEpoch best = model.History!.Epochs.Single(e => e.Epoch == model.History.BestEpoch);
        TrainingMetrics[] epochs = [.. reports.Where(r => r.Kind == TrainingMetricsKind.Epoch).Take(options.Epoch!.Value)];
        Assert.That(epochs.Select(e => e.Watched), Is.All.Not.Null, "cross-validation chooses");
        Assert.That(epochs.MinBy(e => e.Watched)!.Epoch, Is.EqualTo(best.Epoch));
    }

    [Test]
    public void A_rate_that_follows_the_loss_stays_while_the_heads_learn()
    {
        SeededRandom random = new(1, 2, 3);
        FeatureTable table = Table(n => (float)random.NextDouble(-1, 1) + 2 * (n % 2));
        LearningRateSchedule plateau = LearningRateSchedule.Plateau(gamma: 0.1), constant = LearningRateSchedule.Constant();
        (HeadCrossValidation learning, PhaseSettings settings) = Run(table, schedule: plateau);
        int last = settings.Epochs - 1;
        Assert.That(learning.ScoresAfter(last), Is.EqualTo(Run(table, schedule: constant).Folds.ScoresAfter(last)));
    }

    private static (HeadCrossValidation Folds, PhaseSettings Settings) Run(
        FeatureTable table, Func<int, string>? group = null, LearningRateSchedule? schedule = null)
    {
        ImageClassificationTrainerOptions options =
            new() { Balance = ClassBalance.None, LearningRateScheduler = schedule, Epoch = schedule is null ? null : 10 };
        PhaseSettings settings = PhaseSettings.Head(options, [30, 30]);
        ImageExample[] examples = [.. Enumerable.Range(0, Count)
            .Select(n => new ImageExample($"{n}.png", $"{table.Labels[n]}", null, null) { LabelIndex = table.Labels[n], Group = group?.Invoke(n) })];
        return (HeadCrossValidation.Run(settings, table, examples, 2, null, WorkerPool.Shared, default), settings);
    }

    private static FeatureTable Table(Func<int, float> value)
    {
        int[] labels = [.. Enumerable.Range(0, Count).Select(n => n % 2)];
        return new FeatureTable([.. Enumerable.Range(0, Count * Length).Select(i => value(i / Length))], labels, Length, [.. Enumerable.Range(0, Count)], []);
    }

    private static double Accuracy(HeadCrossValidation folds, int epoch) => (double)Right(folds.ScoresAfter(epoch), folds.Labels) / folds.Labels.Length;

    private static double Loss(HeadCrossValidation folds, PhaseSettings settings, int epoch) =>
        ValidationMetrics.Of(settings.Loss, folds.ScoresAfter(epoch), folds.Labels, 2, [], temperatureScaled: true).Watched!.Value;

    private static int Right(float[] scores, int[] labels) =>
        Enumerable.Range(0, labels.Length).Count(n => scores[2 * n + labels[n]] > scores[2 * n + 1 - labels[n]]);
}
