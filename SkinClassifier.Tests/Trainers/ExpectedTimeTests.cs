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
}
