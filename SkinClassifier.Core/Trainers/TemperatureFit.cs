namespace SkinClassifier.Trainers;

/// <summary>
/// Fits the softmax temperature T that makes −Σ log softmax(z/T)[label] smallest (Guo et al., On Calibration of Modern Neural Networks, 2017).
/// The loss is convex in 1/T, so a bisection of its slope finds the minimum.
/// </summary>
internal static class TemperatureFit
{
    /// <summary>Fewest examples that a temperature is fitted on.</summary>
    public const int MinimumExamples = 20;

    private const double Lowest = 0.05, Highest = 20;

    /// <summary>T for logits [N,K] and labels [N], 0.05 to 20; 1 when there are fewer than <see cref="MinimumExamples"/> examples or a logit is not finite.</summary>
    public static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes)
    {
        if (labels.Length < MinimumExamples)
            return 1;
        double low = 1 / Highest, high = 1 / Lowest;
        for (int i = 0; i < 60; i++)
        {
            double middle = Math.Sqrt(low * high), slope = Slope(logits, labels, classes, middle);
            if (double.IsNaN(slope))
                return 1;
            if (slope > 0)
                high = middle;
            else
                low = middle;
        }
        return 1 / Math.Sqrt(low * high);
    }

    /// <summary>Derivative of the loss by β = 1/T: Σ (E_p[z] − z[label]) with p = softmax(β·z).</summary>
    private static double Slope(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, double beta)
    {
        double total = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            ReadOnlySpan<float> z = logits.Slice(n * classes, classes);
            double max = double.NegativeInfinity, sum = 0, mean = 0;
            foreach (float v in z)
                max = Math.Max(max, v);
            foreach (float v in z)
            {
                double e = Math.Exp(beta * (v - max));
                sum += e;
                mean += e * v;
            }
            total += mean / sum - z[labels[n]];
        }
        return total;
    }
}
