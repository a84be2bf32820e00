using SkinClassifier.Explanations;

namespace SkinClassifier.Tests.Explanations;

public sealed class RankCorrelationTests
{
    [Test]
    public void Any_rising_function_correlates_fully_and_any_falling_one_inversely()
    {
        float[] values = [3, 1, 2, 9, 5];
        Assert.That(RankCorrelation.Of(values, [.. values.Select(v => v * v * v)]), Is.EqualTo(1).Within(1e-12));
        Assert.That(RankCorrelation.Of(values, [.. values.Select(v => -v)]), Is.EqualTo(-1).Within(1e-12));
    }

    [Test]
    public void Equal_values_share_the_mean_of_their_ranks()
    {
        // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3 around 1.5: products 4.5, squares 4.5 and 5.
        Assert.That(RankCorrelation.Of([1, 2, 2, 3], [1, 2, 3, 4]), Is.EqualTo(4.5 / Math.Sqrt(4.5 * 5)).Within(1e-12));
    }

    [Test]
    public void A_constant_map_correlates_with_nothing() => Assert.That(RankCorrelation.Of([5, 5, 5], [1, 2, 3]), Is.Zero);
}
