using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Reports;

namespace SkinClassifier.Tests.Reports;

public sealed class NextStepsTests
{
    [Test]
    public void Few_validation_images_rare_classes_and_missing_metadata_are_named()
    {
        RunReport report = SampleReport.Create();
        string[] steps = Steps(report);
        Assert.That(steps, Has.Some.StartsWith($"Give more validation images (there are {report.Splits!.Validation.Examples.Count})"));
        int[] counts = report.Splits.Train.CountByLabel();
        Assert.That(
            steps, Has.One.StartsWith($"Collect more images: no class has 50 training images (the largest has {counts.Max()}, the smallest {counts.Min()})"));
        Assert.That(steps, Has.One.StartsWith("Do not quote the metrics of single classes: none has 20 measured images (at most "));
        Assert.That(steps, Has.None.Contains("rare classes").And.None.Contains("few measured images alone"), "all classes are small, none is rare");
        Assert.That(steps, Has.Some.StartsWith("Add age, sex, site and skin tone"));
        Assert.That(steps, Has.None.StartsWith("Name the column of the lesion"), "the images have groups");
        Assert.That(ReportPage.Create(report), Does.Contain("<h2>What to do next</h2>").And.Contain("Give more validation images"));
    }

    [Test]
    public void One_rare_class_among_larger_ones_is_named()
    {
        RunReport report = SampleReport.Create(perClass: 200);
        ImageExample[] train =
            [.. report.Splits!.Train.Examples.Where(e => e.LabelIndex != 2).Concat(report.Splits.Train.Examples.Where(e => e.LabelIndex == 2).Take(7))];
        string[] steps = Steps(report with { Splits = report.Splits with { Train = report.Splits.Train.Subset(train) } });
        Assert.That(steps, Has.One.StartsWith("Collect more images of rare classes (training images: nævus 7), or weigh them"));
        Assert.That(steps, Has.None.StartsWith("Do not quote the metrics of single"));
    }

    [TestCase(0.5, 0.4, 0.6, 0.9, "Train shorter or with more augmentation: the validation loss rose from 0.400 in epoch 2 to 0.900 in the last one.")]
    [TestCase(0.5, 0.4, 0.41, 0.41, "Use more images or more augmentation: at the end the training images are 95.0\u00A0% right")]
    public void A_loss_that_rises_and_a_model_that_remembers_are_named(double first, double second, double third, double fourth, string sentence)
    {
        double[] losses = [first, second, third, fourth];
        RunReport report = SampleReport.Create() with
        {
            History = new TrainingHistory([.. losses.Select((l, i) => new TrainingEpoch(i + 1, "head", 1 - i * 0.2, 0.95, l, 0.7, 0.01, 1))], "head", 2),
        };
        Assert.That(Steps(report), Has.Some.StartsWith(sentence));
    }

    [Test]
    public void Near_copies_in_different_sets_and_doubtful_labels_are_named()
    {
        RunReport report = SampleReport.Create();
        Assert.That(Steps(report), Has.None.Contains("near copies").And.None.StartsWith("Review the labels"));
        Assert.That(Steps(report with { NearCopies = 0 }), Has.None.Contains("near copies"));
        Assert.That(Steps(report with { NearCopies = 1 })[0],
            Does.StartWith("Keep copies in one set (--group-by auto): 1 pair of near copies lie in different sets"));
        float[] scores = [.. Enumerable.Range(0, 40).SelectMany(i => (i % 2 == 0) != (i == 7) ? new[] { 0.95f, 0.05f } : [0.05f, 0.95f])];
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(["a", "b"], [.. Enumerable.Range(0, 40).Select(i => i % 2)], scores);
        ImageDataset data = SkinClassifier.Tests.Data.TestImages.Memory([20, 20]);
        RunReport folds = new() { Metrics = metrics, Examples = data.Examples, Folds = [new FoldMetrics(1, 20, metrics)] };
        Assert.That(Steps(folds)[0], Does.StartWith("Review the labels of 1 of 40 images"));
    }

    [Test]
    public void A_gap_between_groups_is_named()
    {
        string[] values = [.. Enumerable.Range(0, 200).Select(i => i % 4 < 2 ? "male" : "female")];
        int[] actual = [.. Enumerable.Range(0, 200).Select(i => i % 2)];
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(["a", "b"], actual, [.. Enumerable.Range(0, 200).SelectMany(i =>
            (values[i] == "male" || i % 3 == 0) == (actual[i] == 0) ? new[] { 0.9f, 0.1f } : [0.1f, 0.9f])]);
        ImageDataset data = ImageDataset.FromMemory([.. Enumerable.Range(0, 200).Select(i => new ImageSource($"{i}.png", actual[i] == 0 ? "a" : "b",
            SkinClassifier.Tests.Data.TestImages.Png(i, 8, 8)) { Columns = new Dictionary<string, string> { ["sex"] = values[i] } })],
            new ImageDatasetOptions { CheckDuplicates = false });
        Assert.That(Steps(new RunReport { Metrics = metrics, Examples = data.Examples }),
            Has.Some.StartsWith("Look at sex: the sensitivity for male is 0.").And.Some.EndsWith("collect more images of female."));
    }

    private static string[] Steps(RunReport report) => [.. NextSteps.Of(report, new ReportFigures(report))];
}
