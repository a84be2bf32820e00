using SkinClassifier.Common;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

public sealed class ImageClassificationMetricsTests
{
    private static readonly string[] Three = ["a", "b", "c"];

    /// <summary>N examples in groups of <paramref name="groupSize"/> with equal scores within a group.</summary>
    private static ImageClassificationMetrics Random(int count, int groupSize, bool useGroups, ulong seed = 1, int threads = 0)
    {
        SeededRandom random = new(11);
        int[] actual = new int[count];
        float[] scores = new float[count * 3];
        string?[] groups = new string?[count];
        for (int i = 0; i < count; i++)
        {
            groups[i] = $"g{i / groupSize}";
            if (i % groupSize == 0)
            {
                actual[i] = random.NextInt32(3);
                float right = 0.2f + 0.6f * random.NextSingle();
                for (int c = 0; c < 3; c++)
                    scores[i * 3 + c] = c == actual[i] ? right : (1 - right) / 2 * (c == (actual[i] + 1) % 3 ? 1.2f : 0.8f);
            }
            else
            {
                actual[i] = actual[i - 1];
                scores.AsSpan(i * 3 - 3, 3).CopyTo(scores.AsSpan(i * 3));
            }
        }
        return ImageClassificationMetrics.Compute(Three, actual, scores, useGroups ? groups : null, seed, new WorkerPool(threads));
    }

    [Test]
    public void Without_examples_every_figure_is_null()
    {
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(Three, [], []);
        Assert.That(MetricCatalog.All.Select(m => metrics[m.Name]), Is.All.Null);
        Assert.That(metrics.PerClass.Select(c => (c.Precision, c.Recall, c.F1, c.Specificity, c.Auc, c.AveragePrecision)),
            Is.All.EqualTo(((double?)null, (double?)null, (double?)null, (double?)null, (double?)null, (double?)null)));
        Assert.That(metrics.ConfidenceIntervals, Is.Empty);
        Assert.That(metrics.RecallIntervals, Has.Count.EqualTo(3).And.All.Null);
        Assert.That(metrics.ToString(), Does.Contain("microAccuracy").And.Contain("–"));
    }

    [Test]
    public void Intervals_hold_the_value_and_are_the_same_for_any_thread_count()
    {
        ImageClassificationMetrics one = Random(300, 3, useGroups: true, threads: 1), many = Random(300, 3, useGroups: true, threads: 4);
        Assert.That(one.ConfidenceIntervals, Has.Count.EqualTo(MetricCatalog.All.Count));
        foreach ((string name, ConfidenceInterval interval) in one.ConfidenceIntervals)
        {
            Assert.That(one[name], Is.InRange(interval.Low, interval.High), name);
            Assert.That(many.ConfidenceIntervals[name], Is.EqualTo(interval), name);
        }
        for (int c = 0; c < 3; c++)
        {
            Assert.That(one.PerClass[c].Recall, Is.InRange(one.RecallIntervals[c]!.Value.Low, one.RecallIntervals[c]!.Value.High));
            Assert.That(many.RecallIntervals[c], Is.EqualTo(one.RecallIntervals[c]));
        }
        Assert.That(Random(300, 3, useGroups: true, seed: 2).ConfidenceIntervals["logLoss"], Is.Not.EqualTo(one.ConfidenceIntervals["logLoss"]));
    }

    [Test]
    public void Resampling_groups_gives_wider_intervals_than_resampling_their_images()
    {
        ConfidenceInterval groups = Random(300, 10, useGroups: true).ConfidenceIntervals["microAccuracy"],
            images = Random(300, 10, useGroups: false).ConfidenceIntervals["microAccuracy"];
        Assert.That((groups.High - groups.Low) / (images.High - images.Low), Is.InRange(2, 5), "√10 is expected");
    }

    [Test]
    public void The_interval_of_a_share_is_near_the_normal_one()
    {
        float[] scores = [.. Enumerable.Range(0, 400).SelectMany(i => i % 4 == 0 ? new[] { 0.4f, 0.6f } : [0.6f, 0.4f])];
        ConfidenceInterval interval = ImageClassificationMetrics.Compute(["x", "y"], new int[400], scores).ConfidenceIntervals["microAccuracy"];
        double half = 1.96 * Math.Sqrt(0.75 * 0.25 / 400);
        Assert.That(interval.Low, Is.EqualTo(0.75 - half).Within(0.006));
        Assert.That(interval.High, Is.EqualTo(0.75 + half).Within(0.006));
    }

    [Test]
    public void Calibration_bins_hold_every_example_once()
    {
        ImageClassificationMetrics metrics = Random(300, 1, useGroups: false);
        Assert.That(metrics.Calibration, Has.Count.EqualTo(15));
        Assert.That(metrics.Calibration.Sum(b => b.Count), Is.EqualTo(300));
        foreach (CalibrationBin bin in metrics.Calibration.Where(b => b.Count > 0))
            Assert.That(bin.MeanConfidence, Is.GreaterThan(bin.Low - 1e-6).And.LessThanOrEqualTo(bin.High + 1e-6));
    }

    [Test]
    public void The_table_names_figures_classes_and_counts()
    {
        string table = Random(30, 1, useGroups: false).ToString();
        TestContext.Out.WriteLine(table);
        Assert.That(table, Does.Contain("30 examples, 3 classes").And.Contain("macroAuc").And.Contain("avg. precision").And.Contain("actual \\ predicted"));
    }

    [Test]
    public void Two_classes_have_no_top_3_row_and_no_value_for_it()
    {
        ImageClassificationMetrics two = ImageClassificationMetrics.Compute(
            ["x", "y"], [0, 1, 0, 1], [0.9f, 0.1f, 0.2f, 0.8f, 0.4f, 0.6f, 0.3f, 0.7f]), three = Random(30, 1, useGroups: false);
        Assert.That((two.Top3Accuracy, two.MicroAccuracy), Is.EqualTo(((double?)null, (double?)0.75)));
        Assert.That(two.ToString(), Does.Not.Contain("top3").And.Contain("macroAuc"));
        Assert.That(three.Top3Accuracy, Is.EqualTo(1.0));
        Assert.That(three.ToString(), Does.Contain("top3Accuracy"));
        using MemoryStream json = new();
        SkinClassifier.Reports.MetricsJson.Write(json, two);
        Assert.That(System.Text.Encoding.UTF8.GetString(json.ToArray()), Does.Contain("\"top3Accuracy\": null"));
    }

    [Test]
    public void Wrong_arguments_are_refused_with_the_place()
    {
        Assert.That(() => ImageClassificationMetrics.Compute(Three, [0], [1, 0]), Throws.ArgumentException.With.Message.Contains("1 × 3"));
        Assert.That(() => ImageClassificationMetrics.Compute(Three, [3], [1, 0, 0]), Throws.ArgumentException.With.Message.Contains("example 0 has 3"));
        Assert.That(() => ImageClassificationMetrics.Compute(Three, [1, 2], [1, 0, 0, 0, float.NaN, 0]),
            Throws.ArgumentException.With.Message.Contains("example 1 for class 'b'"));
        Assert.That(() => ImageClassificationMetrics.Compute(Three, [1], [1, 0, float.PositiveInfinity]),
            Throws.ArgumentException.With.Message.Contains("example 0 for class 'c'"));
        Assert.That(() => ImageClassificationMetrics.Compute(Three, [0], [1, 0, 0], ["g", "h"]), Throws.ArgumentException.With.Message.Contains("1 groups"));
        Assert.That(() => MetricCatalog.Find("accuracy"), Throws.ArgumentException.With.Message.Contains("microAccuracy"));
        Assert.That(MetricCatalog.Find("MACROAUC").HigherIsBetter, Is.True);
    }
}
