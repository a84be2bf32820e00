namespace SkinClassifier.Backbones;

/// <summary>Channel counts of networks with widths.</summary>
internal static class Channels
{
    /// <summary>
    /// The multiple of <paramref name="divisor"/> nearest to <paramref name="value"/>, not below the divisor and not more than 10 % below the value
    /// (make_divisible of the MobileNet reference).
    /// </summary>
    public static int Round(double value, int divisor = 8)
    {
        int rounded = Math.Max(divisor, (int)(value + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * value ? rounded + divisor : rounded;
    }
}
