using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class ConformalQuantileTests
{
    // ⌈(n+1)(1−α)⌉, by hand.
    [TestCase(9, 0.1, 9)]
    [TestCase(10, 0.1, 10)]
    [TestCase(19, 0.1, 18)]
    [TestCase(20, 0.1, 19)]
    [TestCase(99, 0.1, 90)]
    [TestCase(100, 0.1, 91)]
    [TestCase(4, 0.2, 4)]
    [TestCase(5, 0.5, 3)]
    [TestCase(99, 0.01, 99)]
    [TestCase(999, 0.05, 950)]
    [TestCase(6, 0.3, 5)]
    public void The_rank_is_exactly_that_of_the_formula(int count, double alpha, int rank) =>
        Assert.That(ConformalQuantile.Rank(count, alpha), Is.EqualTo(rank));

    [TestCase(0, 0.1)]
    [TestCase(8, 0.1)]
    [TestCase(3, 0.2)]
    [TestCase(98, 0.01)]
    [TestCase(18, 0.05)]
    public void With_too_few_scores_everything_is_in(int count, double alpha) =>
        Assert.That(ConformalQuantile.Of(new double[count], alpha), Is.EqualTo(double.PositiveInfinity));

    [TestCase(9, 0.1)]
    [TestCase(4, 0.2)]
    [TestCase(99, 0.01)]
    [TestCase(19, 0.05)]
    public void One_more_score_makes_a_finite_limit(int count, double alpha) =>
        Assert.That(ConformalQuantile.Of([.. Enumerable.Range(1, count).Select(i => (double)i)], alpha), Is.EqualTo(count));

    [Test]
    public void The_limit_is_the_score_of_that_rank_in_any_order()
    {
        // n = 10, α = 0.25: rank ⌈11 · 0.75⌉ = ⌈8.25⌉ = 9.
        double[] scores = [0.9, 0.1, 0.5, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6, 1.0];
        Assert.That(ConformalQuantile.Of([.. scores], 0.25), Is.EqualTo(0.9));
        Array.Reverse(scores);
        Assert.That(ConformalQuantile.Of([.. scores], 0.25), Is.EqualTo(0.9));
    }

    [Test]
    public void Equal_scores_count_each()
    {
        // Rank 9 of 1, 2, 2, 2, 2, 2, 2, 2, 2, 3.
        Assert.That(ConformalQuantile.Of([1, 2, 2, 2, 2, 2, 2, 2, 2, 3], 0.25), Is.EqualTo(2));
        Assert.That(ConformalQuantile.Of([5, 5, 5, 5, 5, 5, 5, 5, 5], 0.1), Is.EqualTo(5));
    }

    /// <summary>The coverage given the calibration scores is the limit itself where scores are uniform; its mean is rank / (n + 1).</summary>
    [TestCase(9, 0.1)]
    [TestCase(25, 0.1)]
    [TestCase(50, 0.2)]
    [TestCase(7, 0.3)]
    public void Coverage_of_exchangeable_scores_is_at_least_what_is_promised(int count, double alpha)
    {
        const int draws = 20_000;
        SeededRandom random = new(7, (ulong)count, 1);
        double sum = 0;
        double[] scores = new double[count];
        for (int d = 0; d < draws; d++)
        {
            for (int i = 0; i < count; i++)
                scores[i] = random.NextDouble(0, 1);
            sum += Math.Min(1, ConformalQuantile.Of(scores, alpha));
        }
        double expected = ConformalQuantile.Rank(count, alpha) / (count + 1.0), error = 4 * Math.Sqrt(alpha * (1 - alpha) / count / draws);
        Assert.That(sum / draws, Is.EqualTo(expected).Within(error));
        Assert.That(expected, Is.GreaterThanOrEqualTo(1 - alpha - 1e-12).And.LessThan(1 - alpha + 1.0 / count));
    }
}
