namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Shares of the rotation-invariant uniform local binary patterns with 8 neighbors at distance 1 and with 16 at distance 2. A pixel's pattern has a 1 for
/// every neighbor on the circle (bilinear interpolation) that is not darker; with at most two changes around the circle the code is the number of ones,
/// else P + 1. Pixels outside count as black. Ojala, Pietikäinen and Mäenpää, Multiresolution Gray-Scale and Rotation Invariant Texture
/// Classification with Local Binary Patterns, IEEE PAMI 24 (2002). 10 + 18 numbers, 0 to 1; each circle's sum is 1.
/// </summary>
internal sealed class LocalBinaryPatterns : ISkinFeature
{
    private static readonly (int Points, int Radius)[] Circles = [(8, 1), (16, 2)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
        [.. from circle in Circles from code in Enumerable.Range(0, circle.Points + 2) select $"lbp.{circle.Points}.{code}"];

    /// <inheritdoc/>
    public void Write(SkinImage image, Span<float> destination)
    {
        foreach ((int points, int radius) in Circles)
        {
            Compute(image.Gray, points, radius, destination[..(points + 2)]);
            destination = destination[(points + 2)..];
        }
    }

    /// <summary>Shares of the P + 2 codes.</summary>
    internal static void Compute(GrayPlane gray, int points, int radius, Span<float> shares)
    {
        int width = gray.Width, height = gray.Height, margin = radius + 1, padded = width + 2 * margin;
        double[] around = new double[padded * (height + 2 * margin)];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                around[(y + margin) * padded + x + margin] = gray.Bytes[y * width + x];
        Neighbor[] neighbors = [.. Enumerable.Range(0, points).Select(p => Neighbor.On(2 * Math.PI * p / points, radius, padded))];
        Span<int> counts = stackalloc int[points + 2];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                counts[Code(around, (y + margin) * padded + x + margin, neighbors)]++;
        for (int code = 0; code < counts.Length; code++)
            shares[code] = (float)((double)counts[code] / (width * height));
    }

    private static int Code(double[] around, int at, Neighbor[] neighbors)
    {
        int ones = 0, changes = 0;
        bool before = false;
        for (int p = 0; p < neighbors.Length; p++)
        {
            bool one = neighbors[p].Value(around, at) - around[at] >= 0;
            ones += one ? 1 : 0;
            changes += p > 0 && one != before ? 1 : 0;
            before = one;
        }
        // From the last neighbor back to the first nothing needs to be counted: after two changes the ends are equal, after fewer one more is allowed.
        return changes <= 2 ? ones : neighbors.Length + 1;
    }

    /// <summary>One point of the circle: the pixel above left of it, and how far it lies to the right and below.</summary>
    private readonly record struct Neighbor(int Offset, int Right, int Below, double X, double Y)
    {
        public static Neighbor On(double angle, int radius, int stride)
        {
            double y = Math.Round(-radius * Math.Sin(angle), 5), x = Math.Round(radius * Math.Cos(angle), 5);
            double top = Math.Floor(y), left = Math.Floor(x);
            return new Neighbor((int)top * stride + (int)left, (int)(Math.Ceiling(x) - left), (int)(Math.Ceiling(y) - top) * stride, x - left, y - top);
        }

        public double Value(double[] around, int at)
        {
            int k = at + Offset;
            if (X == 0 && Y == 0)
                return around[k];
            double top = (1 - X) * around[k] + X * around[k + Right], bottom = (1 - X) * around[k + Below] + X * around[k + Below + Right];
            return (1 - Y) * top + Y * bottom;
        }
    }
}
