using SkinClassifier.Calibration;

namespace SkinClassifier.Tests.Calibration;

[TestFixture]
public sealed class BinomialBoundTests
{
    [TestCase(0.5, 0.57236494292470008)] // ln √π
    [TestCase(1, 0)]
    [TestCase(5, 3.1780538303479458)] // ln 24
    [TestCase(101, 363.73937555556349)] // ln 100!
    public void The_logarithm_of_the_gamma_function_is_right(double x, double expected) =>
        Assert.That(BinomialBound.LogGamma(x), Is.EqualTo(expected).Within(1e-12 * Math.Max(1, expected)));

    // I_x(1, b) = 1 − (1−x)^b; I_x(a, 1) = x^a; I_x(2, 2) = x²(3 − 2x).
    [Test]
    public void The_incomplete_beta_function_is_right_where_it_is_a_polynomial()
    {
        foreach (double x in new[] { 0, 0.01, 0.3, 0.5, 0.77, 0.999, 1 })
            using (Assert.EnterMultipleScope())
            {
                Assert.That(BinomialBound.Beta(x, 1, 7), Is.EqualTo(1 - Math.Pow(1 - x, 7)).Within(1e-13));
                Assert.That(BinomialBound.Beta(x, 6, 1), Is.EqualTo(Math.Pow(x, 6)).Within(1e-13));
                Assert.That(BinomialBound.Beta(x, 2, 2), Is.EqualTo(x * x * (3 - 2 * x)).Within(1e-13));
            }
    }

    /// <summary>Values of the exact interval that tables give (Clopper and Pearson 1934): 0 of 10, 5 of 10, 1 of 20, 10 of 10.</summary>
    [TestCase(0, 10, 0, 0.30850)]
    [TestCase(5, 10, 0.18709, 0.81291)]
    [TestCase(1, 20, 0.00127, 0.24873)]
    [TestCase(10, 10, 0.69150, 1)]
    public void The_interval_is_that_of_the_tables(int hits, int count, double low, double high)
    {
        (double l, double h) = BinomialBound.Interval(hits, count);
        Assert.That((l, h), Is.EqualTo((low, high)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 2e-5));
    }

    [Test]
    public void Without_errors_the_upper_limit_has_a_closed_form()
    {
        foreach (int count in new[] { 1, 22, 300, 100_000 })
            Assert.That(BinomialBound.Upper(0, count, 0.1), Is.EqualTo(1 - Math.Pow(0.1, 1.0 / count)).Within(1e-12));
        Assert.That(BinomialBound.Upper(4, 4, 0.1), Is.EqualTo(1));
    }

    /// <summary>At the upper limit the probability of so few errors is exactly the wanted one.</summary>
    [TestCase(3, 40, 0.05)]
    [TestCase(17, 60, 0.01)]
    public void The_upper_limit_solves_its_equation(int errors, int count, double error)
    {
        double p = BinomialBound.Upper(errors, count, error), sum = 0, term = Math.Pow(1 - p, count);
        for (int k = 0; k <= errors; k++)
        {
            sum += term;
            term *= (double)(count - k) / (k + 1) * p / (1 - p);
        }
        Assert.That(sum, Is.EqualTo(error).Within(1e-9));
    }

    [Test]
    public void Fewer_independent_images_give_a_higher_limit() =>
        Assert.That(BinomialBound.Upper(2.5, 50, 0.1), Is.GreaterThan(BinomialBound.Upper(5, 100, 0.1)));
}
