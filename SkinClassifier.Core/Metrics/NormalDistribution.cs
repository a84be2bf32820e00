namespace SkinClassifier.Metrics;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>The quantile of 97.5 %.</summary>
    public const double Quantile975 = 1.959963984540054;

    private const double Switch = 2.5;

    /// <summary>P(|Z| ≥ |z|) = erfc(|z| / √2), to about 1e-14 relative.</summary>
    public static double TwoSided(double z) => Complement(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>
    /// erfc(x), x ≥ 0: below 2.5 from the series erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), above from the continued fraction
    /// e^(−x²)/√π / (x + ½/(x + 1/(x + 3⁄2/(x + …)))) (Abramowitz and Stegun 7.1.6 and 7.1.14).
    /// </summary>
    private static double Complement(double x)
    {
        if (x < Switch)
        {
            double term = x, sum = x;
            for (int n = 1; term > 1e-17 * sum; n++)
                sum += term *= 2 * x * x / (2 * n + 1);
            return 1 - 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
        }
        double fraction = x;
        for (int n = 200; n > 0; n--)
            fraction = x + n / 2.0 / fraction;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
