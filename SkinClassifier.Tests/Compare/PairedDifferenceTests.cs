using SkinClassifier.Compare.Methods;
using SkinClassifier.Compare.Output;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Compare;

public sealed class PairedDifferenceTests
{
    private static readonly int[] Actual = [.. Enumerable.Range(0, 60).Select(i => i % 2)];

    [Test]
    public void The_best_row_is_named_for_each_metric_and_the_others_have_their_distance()
    {
        ComparisonRow[] rows = [.. PairedDifferences.Add([Row(30, 0.9f), Row(54, 0.6f), Row(48, 0.7f)], null, 1)];
        Assert.That(rows.Select(r => r.Differences["microAccuracy"].IsBest), Is.EqualTo(new[] { false, true, false }));
        Assert.That(rows[0].Differences["microAccuracy"].Value, Is.EqualTo(-0.4).Within(1e-12));
        Assert.That(rows[2].Differences["microAccuracy"].Value, Is.EqualTo(-0.1).Within(1e-12));
        Assert.That(rows[0].Differences["logLoss"].Value, Is.GreaterThan(0));
        ConfidenceInterval interval = rows[0].Differences["microAccuracy"].Interval!.Value;
        Assert.That((interval.Low < -0.4, interval.High > -0.4, interval.High < -0.2), Is.EqualTo((true, true, true)));
        Assert.That(ComparisonTable.Difference(rows[1], "microAccuracy"), Is.EqualTo("best"));
    }

    [Test]
    public void Rows_that_say_the_same_have_no_difference_in_any_resample()
    {
        ComparisonRow[] rows = [.. PairedDifferences.Add([Row(50, 0.8f), Row(50, 0.8f)], null, 1)];
        foreach (string metric in ComparisonRow.MetricNames)
            Assert.That(rows[1].Differences[metric].Interval, Is.EqualTo(new ConfidenceInterval(0, 0)), metric);
    }

    [Test]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        ComparisonRow[] one = [.. PairedDifferences.Add([Row(30, 0.9f), Row(54, 0.6f)], null, 3, threads: 1)],
            two = [.. PairedDifferences.Add([Row(30, 0.9f), Row(54, 0.6f)], null, 3, threads: 2)];
        Assert.That(two[0].Differences["macroAuc"], Is.EqualTo(one[0].Differences["macroAuc"]));
    }

    [Test]
    public void With_groups_the_interval_is_wider_than_without()
    {
        string?[] groups = [.. Enumerable.Range(0, 60).Select(i => $"{i / 10}")];
        double Width(IReadOnlyList<string?>? by) =>
            PairedDifferences.Add([Row(30, 0.9f), Row(60, 0.6f)], by, 1)[0].Differences["microAccuracy"].Interval is { } i ? i.High - i.Low : 0;
        Assert.That(Width(groups), Is.GreaterThan(1.3 * Width(null)));
    }

    /// <summary>The first images are right, the others wrong, all with the same probability.</summary>
    private static ComparisonRow Row(int right, float probability)
    {
        float[] scores = new float[2 * Actual.Length];
        for (int i = 0; i < Actual.Length; i++)
        {
            int said = i < right ? Actual[i] : 1 - Actual[i];
            scores[2 * i + said] = probability;
            scores[2 * i + 1 - said] = 1 - probability;
        }
        return new ComparisonRow(MethodCatalog.All[0], ImageClassificationMetrics.Compute(["a", "b"], Actual, scores), 1, 1, 1, null);
    }
}
