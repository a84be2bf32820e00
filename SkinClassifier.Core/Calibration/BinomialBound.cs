namespace SkinClassifier.Calibration;

/// <summary>
/// Exact limits of a share of which <c>hits</c> in <c>count</c> were seen (Clopper and Pearson, The use of confidence or fiducial limits illustrated in the
/// case of the binomial, 1934). Fractions are allowed: numbers that were made smaller because images of one group say the same.
/// </summary>
internal static class BinomialBound
{
    /// <summary>The share that is exceeded with a probability of at most <paramref name="error"/>: one-sided upper limit.</summary>
    public static double Upper(double hits, double count, double error) =>
        hits >= count ? 1 : InverseBeta(hits + 1, count - hits, 1 - error);

    /// <summary>One-sided lower limit.</summary>
    public static double Lower(double hits, double count, double error) => hits <= 0 ? 0 : InverseBeta(hits, count - hits + 1, error);

    /// <summary>The two-sided interval that holds the share with a probability of at least 1 − <paramref name="error"/>.</summary>
    public static (double Low, double High) Interval(double hits, double count, double error = 0.05) =>
        (Lower(hits, count, error / 2), Upper(hits, count, error / 2));

    /// <summary>x with I_x(a, b) = p, by bisection.</summary>
    private static double InverseBeta(double a, double b, double p)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 60; i++)
        {
            double middle = 0.5 * (low + high);
            if (Beta(middle, a, b) < p)
                low = middle;
            else
                high = middle;
        }
        return 0.5 * (low + high);
    }

    /// <summary>The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22), on the side where that converges fast.</summary>
    internal static double Beta(double x, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - front * Fraction(1 - x, b, a) / b;
    }

    /// <summary>The continued fraction, evaluated from the front (Lentz's method with the two quotients kept apart).</summary>
    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        double c = 1, d = Reciprocal(1 - (a + b) * x / (a + 1)), value = d;
        for (int m = 1; m <= 100_000; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = Reciprocal(1 + even * d);
            c = Away(1 + even / c);
            value *= d * c;
            d = Reciprocal(1 + odd * d);
            c = Away(1 + odd / c);
            value *= d * c;
            if (Math.Abs(d * c - 1) < 1e-15)
                break;
        }
        return value;

        static double Away(double value) => Math.Abs(value) < tiny ? tiny : value;

        static double Reciprocal(double value) => 1 / Away(value);
    }

    /// <summary>ln Γ(x) for x above 0: Stirling's series (DLMF 5.11.1) from 10 on, below by Γ(x+1) = x·Γ(x).</summary>
    internal static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++)
            shift -= Math.Log(x);
        double square = 1 / (x * x);
        double series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188))))) / x;
        return shift + (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series;
    }
}
