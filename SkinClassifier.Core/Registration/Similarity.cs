namespace SkinClassifier.Registration;

/// <summary>How alike two images are where a transform lays one over the other, at one size.</summary>
internal sealed class Similarity
{
    private const double MinOverlap = 0.5;
    private readonly GrayImage _moving;
    private readonly float[] _x, _y, _values;

    /// <summary>Takes places of the first image in a grid.</summary>
    /// <param name="reference">The first image.</param>
    /// <param name="moving">The second image.</param>
    /// <param name="points">Places along its longer side.</param>
    public Similarity(GrayImage reference, GrayImage moving, int points)
    {
        _moving = moving;
        (double width, double height) = reference.Extent;
        List<float> x = [], y = [], values = [];
        for (int row = 0; row < points; row++)
            for (int column = 0; column < points; column++)
            {
                double px = 2 * (column + 0.5) / points - 1, py = 2 * (row + 0.5) / points - 1;
                if (Math.Abs(px) > width || Math.Abs(py) > height || !reference.TryRead(px, py, out float value))
                    continue;
                x.Add((float)px);
                y.Add((float)py);
                values.Add(value);
            }
        (_x, _y, _values) = ([.. x], [.. y], [.. values]);
    }

    /// <summary>
    /// Correlation of the two images where they overlap, −1 to 1, and the share of the first one that does; −1 where less than half does or one of them is
    /// even.
    /// </summary>
    public (double Correlation, double Overlap) Of(SimilarityTransform transform)
    {
        (double sin, double cos) = Math.SinCos(transform.Rotation * Math.PI / 180);
        (sin, cos) = (sin * transform.Scale, cos * transform.Scale);
        double n = 0, sumA = 0, sumB = 0, sumAA = 0, sumBB = 0, sumAB = 0;
        for (int i = 0; i < _x.Length; i++)
        {
            if (!_moving.TryRead(cos * _x[i] - sin * _y[i] + transform.X, sin * _x[i] + cos * _y[i] + transform.Y, out float b))
                continue;
            double a = _values[i];
            n++;
            sumA += a;
            sumB += b;
            sumAA += a * a;
            sumBB += b * b;
            sumAB += a * b;
        }
        double overlap = n / Math.Max(1, _x.Length);
        if (overlap < MinOverlap)
            return (-1, overlap);
        double varianceA = sumAA - sumA * sumA / n, varianceB = sumBB - sumB * sumB / n;
        return varianceA <= 1e-6 * n || varianceB <= 1e-6 * n ? (-1, overlap) : ((sumAB - sumA * sumB / n) / Math.Sqrt(varianceA * varianceB), overlap);
    }
}
