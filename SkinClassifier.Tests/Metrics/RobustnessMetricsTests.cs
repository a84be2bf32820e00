using SkinClassifier.Common;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Metrics;

public sealed class RobustnessMetricsTests
{
    [Test]
    public void Drops_and_flips_are_counted_by_kind_and_severity()
    {
        int[] actual = [0, 0, 1, 1];
        int[][] predicted = [[0, 0, 1, 0], [0, 0, 1, 0], [0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 1, 1]];
        RobustnessMetrics reached = RobustnessMetrics.Of(["blur", "noise"], 2, actual, predicted, null, 1, WorkerPool.Shared);
        Assert.That(reached.Accuracy, Is.EqualTo(0.75));
        Assert.That(reached.Corruptions.SelectMany(c => c.Severities).Select(s => (s.Severity, s.Accuracy, s.Drop.Value, s.FlipRate.Value)), Is.EqualTo(new[]
        { (1, 0.75, 0.0, 0.0), (2, 0.5, 0.25, 0.25), (1, 0.25, 0.5, 1.0), (2, (double?)1, (double?)-0.25, (double?)0.25) }));
        Assert.That(reached.Corruptions.Select(c => (c.Name, c.MeanDrop.Value, c.MeanFlipRate.Value)),
            Is.EqualTo(new[] { ("blur", 0.125, 0.125), ("noise", (double?)0.125, (double?)0.625) }));
        Assert.That((reached.MeanDrop.Value, reached.MeanFlipRate.Value), Is.EqualTo((0.125, 0.375)));
        Assert.That(reached.MeanDrop.Value, Is.InRange(reached.MeanDrop.Interval!.Value.Low, reached.MeanDrop.Interval.Value.High));
    }
}
