using SkinClassifier.Backbones;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class ExpectedTimeTests
{
    [TestCase(0.2, "about 2 seconds")]
    [TestCase(41.4, "about 41 seconds")]
    [TestCase(840, "about 14 minutes")]
    [TestCase(9000, "about 2.5 hours")]
    public void A_time_is_said_in_the_unit_that_people_use(double seconds, string expected) =>
        Assert.That(ProgressReporter.About(seconds), Is.EqualTo(expected));

    [Test]
    public void The_expected_time_is_told_before_the_first_epoch_and_measuring_it_changes_no_weight()
    {
        List<TrainingMetrics> reports = [];
        ImageClassificationTrainerOptions options = new()
        {
            Arch = Architecture.SmallCnn,
            ImageSize = 32,
            Epoch = 10,
            BatchSize = 4,
            ValidationSetFraction = 0,
            TestTimeAugmentation = 1,
        };
        ImageClassificationModel told = new ImageClassificationTrainer(options with { MetricsCallback = reports.Add }).Fit(TestImages.Dataset(8));
        ImageClassificationModel silent = new ImageClassificationTrainer(options).Fit(TestImages.Dataset(8));
        Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Epoch).Sum(r => r.Total / 4), Is.EqualTo(60), "steps");
        int said = reports.FindIndex(r => r.Text.Contains("expected, without scoring the finished model"));
        Assert.That(reports[said].Text, Does.Match(@"^scratch: about \d+ seconds expected"));
        Assert.That(said, Is.LessThan(reports.FindIndex(r => r.Kind == TrainingMetricsKind.Progress)));
        Assert.That(told.Network.Parameters.All(p => p.Value.Values.SequenceEqual(silent.Network.Parameters[p.Key].Values)));
    }

    [Test]
    public void The_time_left_follows_the_speed_of_the_epoch_that_runs_and_the_expected_times_of_the_others()
    {
        EpochTimes times = new([10, 20, 40], [0, 4, 4]);
        Assert.That(times.Seconds, Is.EqualTo(78));
        Assert.That(times.Left(0, 15, 20), Is.EqualTo(15 + 2 * (20 + 4 + 40 + 4)), "twice as slow as expected");
        Assert.That(times.Left(1, 5, 20), Is.EqualTo(5 + 4 + 40 + 4));
        Assert.That(times.Left(2, 0, 40), Is.EqualTo(4), "the last look at the validation set");
    }

    [Test]
    public void The_time_left_counts_that_images_grow_and_that_a_teacher_scores_its_own_size()
    {
        const int Small = 16, Full = 32, Epochs = 10;
        ProgressiveSizes sizes = new(Small, Full, Epochs);
        double later = Enumerable.Range(1, Epochs - 1).Sum(epoch => sizes.Of(epoch) * sizes.Of(epoch) / (double)(Small * Small));
        Assert.That(later, Is.GreaterThan(2 * (Epochs - 1)));
        TrainingMetrics alone = First(null);
        double expected = alone.Total - alone.Done + later * alone.Total;
        Assert.That(alone.Remaining!.Value.TotalSeconds * alone.ImagesPerSecond!.Value, Is.EqualTo(expected).Within(0.001 * expected));
        TrainingMetrics taught = First(TestTeacher.Create(64));
        Assert.That(taught.Remaining!.Value.TotalSeconds * taught.ImagesPerSecond!.Value, Is.LessThan(0.99 * expected));

        TrainingMetrics First(ImageClassificationModel? teacher)
        {
            List<TrainingMetrics> reports = [];
            _ = new ImageClassificationTrainer(new()
            {
                Arch = Architecture.SmallCnn,
                ImageSize = Full,
                ProgressiveFrom = Small,
                Epoch = Epochs,
                BatchSize = 4,
                ValidationSetFraction = 0,
                TestTimeAugmentation = 1,
                Teacher = teacher,
                MetricsCallback = reports.Add,
            }).Fit(TestImages.Dataset(8));
            return reports.First(r => r.Kind == TrainingMetricsKind.Progress);
        }
    }
}
