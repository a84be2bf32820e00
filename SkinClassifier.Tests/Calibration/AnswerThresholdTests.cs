using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class AnswerThresholdTests
{
    [Test]
    public void Everything_is_answered_when_all_is_right()
    {
        RiskCoverage curve = new([.. Enumerable.Range(0, 100).Select(i => 0.5 + i / 1000.0)], new bool[100]);
        Assert.That(AnswerThreshold.Find(curve, 0.1, 0.1), Is.Zero);
    }

    [Test]
    public void Too_few_images_promise_nothing()
    {
        // No error in 20 images: 1 − 0.1^(1/20) = 0.1087.
        RiskCoverage curve = new([.. Enumerable.Range(0, 20).Select(i => 0.5 + i / 100.0)], new bool[20]);
        Assert.That(AnswerThreshold.Find(curve, 0.108, 0.1), Is.Null);
        Assert.That(AnswerThreshold.Find(curve, 0.109, 0.1), Is.Zero);
        Assert.That(AnswerThreshold.Find(new RiskCoverage([], []), 0.5, 0.1), Is.Null);
    }

    [Test]
    public void The_threshold_lies_where_the_errors_begin()
    {
        // Confident images are right, all others wrong: 200 right ones carry as many errors as the limit allows.
        double[] confidence = [.. Enumerable.Range(0, 400).Select(i => i / 400.0)];
        bool[] wrong = [.. confidence.Select(c => c < 0.5)];
        double threshold = AnswerThreshold.Find(new RiskCoverage(confidence, wrong), 0.1, 0.1)!.Value;
        int answered = confidence.Count(c => c >= threshold), errors = answered - 200;
        Assert.That(errors, Is.InRange(1, 14), "fewer than a tenth, because the limit is careful");
        Assert.That(BinomialBound.Upper(errors, answered, 0.1), Is.LessThanOrEqualTo(0.1));
        Assert.That(BinomialBound.Upper((int)(1.1 * answered) - 200, (int)(1.1 * answered), 0.1), Is.GreaterThan(0.1), "two steps of 5 % more are too many");
    }

    [Test]
    public void An_error_among_the_most_confident_images_is_forgiven()
    {
        double[] confidence = [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)];
        bool[] wrong = [.. confidence.Select(c => c is 0.999 or 0.998 or 0.997 or < 0.2)];
        Assert.That(AnswerThreshold.Find(new RiskCoverage(confidence, wrong), 0.1, 0.1), Is.InRange(0.1, 0.2));
    }

    [Test]
    public void Images_of_one_group_count_as_fewer()
    {
        Assert.That(AnswerThreshold.IndependentShare(null, [0, 1, 2]), Is.EqualTo(1));
        Assert.That(AnswerThreshold.IndependentShare([null, null, null], [0, 1, 2]), Is.EqualTo(1));
        // Two groups of 2 and a single image: 5 / (4 + 4 + 1).
        Assert.That(AnswerThreshold.IndependentShare(["a", "a", "b", "b", null], [0, 1, 2, 3, 4]), Is.EqualTo(5.0 / 9).Within(1e-15));
        Assert.That(AnswerThreshold.IndependentShare(["a", "a", "b", "b", null], [0, 2, 4]), Is.EqualTo(1), "one image of each is left");
        RiskCoverage curve = new([.. Enumerable.Range(0, 60).Select(i => 0.5 + i / 1000.0)], new bool[60]);
        Assert.That(AnswerThreshold.Find(curve, 0.04, 0.1), Is.Zero);
        Assert.That(AnswerThreshold.Find(curve, 0.04, 0.1, 0.5), Is.Null);
    }

    /// <summary>
    /// Confidence 1 − u³/2 with u uniform from 0 to 1, and as often right as it says: when the images with u up to U are answered, the true risk is U³/8. In
    /// at most a tenth of the draws of calibration images may it be above what is promised.
    /// </summary>
    [TestCase(0.1, 300)]
    [TestCase(0.05, 1000)]
    [TestCase(0.1, 100)]
    public void The_promised_risk_holds_in_nine_of_ten_draws(double risk, int images)
    {
        const int draws = 400;
        SeededRandom random = new(11, (ulong)images, 1);
        int broken = 0, found = 0;
        double[] confidence = new double[images];
        bool[] wrong = new bool[images];
        for (int d = 0; d < draws; d++)
        {
            for (int i = 0; i < images; i++)
            {
                confidence[i] = 1 - Math.Pow(random.NextDouble(), 3) / 2;
                wrong[i] = random.NextDouble() > confidence[i];
            }
            if (AnswerThreshold.Find(new RiskCoverage(confidence, wrong), risk, 0.1) is not { } threshold)
                continue;
            found++;
            if ((1 - Math.Max(threshold, 0.5)) / 4 > risk)
                broken++;
        }
        TestContext.Out.WriteLine($"found {found}, broken {broken} of {draws}");
        Assert.That(found, Is.GreaterThan(images == 100 ? draws / 10 : draws / 2), "it is of use");
        Assert.That(broken, Is.LessThanOrEqualTo(draws / 10));
    }
}
