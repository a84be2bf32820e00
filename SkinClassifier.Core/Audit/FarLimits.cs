namespace SkinClassifier.Audit;

/// <summary>
/// Where a value is far from the others, on a logarithmic scale and apart for both ways: beyond four times the distance from the median to the quartile on
/// its side (2.7 standard deviations of a normal distribution), and beyond a factor.
/// </summary>
/// <param name="Low">Values below are far.</param>
/// <param name="Middle">The median.</param>
/// <param name="High">Values above are far.</param>
internal readonly record struct FarLimits(double Low, double Middle, double High)
{
    private const int Quartiles = 4;

    /// <summary>The limits of values above 0.</summary>
    /// <param name="values">The values; none: nothing is far.</param>
    /// <param name="factor">How many times smaller or larger than the median a value must be at least, from 1.</param>
    public static FarLimits Of(IEnumerable<double> values, double factor)
    {
        double[] ranked = [.. values.Order()];
        if (ranked.Length == 0 || ranked[ranked.Length / 2] <= 0)
            return new FarLimits(0, 0, double.PositiveInfinity);
        double middle = ranked[ranked.Length / 2], low = ranked[ranked.Length / 4], high = ranked[ranked.Length - 1 - ranked.Length / 4];
        return new FarLimits(middle * Math.Min(1 / factor, Math.Pow(low / middle, Quartiles)), middle,
            middle * Math.Max(factor, Math.Pow(high / middle, Quartiles)));
    }

    /// <summary>Whether a value is far from the others.</summary>
    public bool IsBeyond(double value) => value < Low || value > High;

    /// <summary>How many times smaller or larger than the median it is.</summary>
    public double Distance(double value) => value < Middle ? Middle / value : value / Middle;
}
