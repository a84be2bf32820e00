using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class RiskCoverageTests
{
    [Test]
    public void Levels_and_area_are_those_computed_by_hand()
    {
        // Most confident first: right, wrong, then a right and a wrong one of equal confidence.
        RiskCoverage curve = new([0.7, 0.9, 0.7, 0.8], [false, false, true, true]);
        Assert.That(Enumerable.Range(0, curve.Levels).Select(l => curve[l]), Is.EqualTo(new[] { (0.9, 1, 0), (0.8, 2, 1), (0.7, 4, 2) }));
        Assert.That(curve.Area, Is.EqualTo((0 + 1 / 2.0 + 1.5 / 3 + 2 / 4.0) / 4).Within(1e-15));
        Assert.That(curve.Points(4), Is.EqualTo(new[] { (0.25, 0.0), (0.5, 0.5), (1.0, 0.5) }));
    }

    [Test]
    public void The_area_is_0_when_all_is_right_the_error_when_confidence_says_nothing_and_null_of_nothing()
    {
        Assert.That(new RiskCoverage([0.3, 0.9], [false, false]).Area, Is.Zero);
        Assert.That(new RiskCoverage([0.5, 0.5, 0.5, 0.5], [true, false, false, false]).Area, Is.EqualTo(0.25).Within(1e-15));
        Assert.That(new RiskCoverage([], []).Area, Is.Null);
    }

    [Test]
    public void The_order_of_the_images_does_not_matter()
    {
        SeededRandom random = new(3, 1, 1);
        double[] confidence = [.. Enumerable.Range(0, 200).Select(_ => Math.Round(random.NextDouble(0, 1), 1))];
        bool[] wrong = [.. confidence.Select(c => random.NextDouble(0, 1) > c)];
        RiskCoverage one = new(confidence, wrong), other = new([.. confidence.Reverse()], [.. wrong.Reverse()]);
        Assert.That(other.Area, Is.EqualTo(one.Area));
        Assert.That(other.Points(20), Is.EqualTo(one.Points(20)));
    }
}
