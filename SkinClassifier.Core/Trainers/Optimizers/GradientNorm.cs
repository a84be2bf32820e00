namespace SkinClassifier.Trainers.Optimizers;

/// <summary>Length of a gradient over all tensors, for clipping and for noticing NaN. Sums run in a fixed order in double precision.</summary>
internal static class GradientNorm
{
    /// <summary>Σ g² of one tensor.</summary>
    public static double SquareSum(ReadOnlySpan<float> gradient)
    {
        // Eight fixed partial sums: the order does not depend on the vector width.
        double a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        int i = 0;
        for (; i <= gradient.Length - 8; i += 8)
        {
            a += (double)gradient[i] * gradient[i];
            b += (double)gradient[i + 1] * gradient[i + 1];
            c += (double)gradient[i + 2] * gradient[i + 2];
            d += (double)gradient[i + 3] * gradient[i + 3];
            e += (double)gradient[i + 4] * gradient[i + 4];
            f += (double)gradient[i + 5] * gradient[i + 5];
            g += (double)gradient[i + 6] * gradient[i + 6];
            h += (double)gradient[i + 7] * gradient[i + 7];
        }
        for (; i < gradient.Length; i++)
            a += (double)gradient[i] * gradient[i];
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
}
