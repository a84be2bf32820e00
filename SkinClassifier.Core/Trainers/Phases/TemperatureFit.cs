namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// Fits the softmax temperature T that makes −Σ log softmax(z/T)[label] smallest (Guo et al., On Calibration of Modern Neural Networks, 2017).
/// The loss is convex in 1/T, so a bisection of its slope finds the minimum. With several views per image the probabilities are their mean, as in prediction:
/// −Σ log (1/V · Σ_v softmax(z_v/T)[label]). With class weights every image counts by the weight of its label.
/// For a model that is kept (ln T)²/(2σ²) is added, σ <see cref="PriorDeviation"/>, as if T were 1 give or take a factor of 1.6 before anything was
/// seen: it decides where there are a few examples, above all where all of them are right, and is drowned by hundreds.
/// </summary>
internal static class TemperatureFit
{
    /// <summary>Standard deviation of ln T before anything is seen, for the temperature of a model.</summary>
    public const double PriorDeviation = 0.5;

    private const double Lowest = 0.05, Highest = 20;

    /// <summary>
    /// T for logits [N,V,K] and labels [N], 0.05 to 20; 1 when there are no examples or a logit is not finite. <paramref name="deviation"/> is σ of
    /// the prior; infinite: none.
    /// </summary>
    public static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, int views = 1,
        ReadOnlySpan<float> classWeights = default, double deviation = double.PositiveInfinity)
    {
        if (labels.IsEmpty)
            return 1;
        double low = 1 / Highest, high = 1 / Lowest;
        for (int i = 0; i < 60; i++)
        {
            double middle = Math.Sqrt(low * high), prior = Math.Log(middle) / (deviation * deviation * middle),
                slope = Slope(logits, labels, classes, views, middle, classWeights) + prior;
            if (double.IsNaN(slope))
                return 1;
            if (slope > 0)
                high = middle;
            else
                low = middle;
        }
        return 1 / Math.Sqrt(low * high);
    }

    /// <summary>Probabilities [N,K] of logits [N,V,K] at temperature T: the mean over the views.</summary>
    public static float[] Apply(ReadOnlySpan<float> logits, int classes, int views, double temperature)
    {
        int count = logits.Length / (classes * views);
        float[] probabilities = new float[count * classes];
        float[] scaled = new float[classes];
        double[] row = new double[classes];
        for (int n = 0; n < count * views; n++)
        {
            for (int c = 0; c < classes; c++)
                scaled[c] = (float)(logits[n * classes + c] / temperature);
            Losses.Loss.LogSoftmax(scaled, row);
            for (int c = 0; c < classes; c++)
                probabilities[n / views * classes + c] += (float)(Math.Exp(row[c]) / views);
        }
        return probabilities;
    }

    /// <summary>Mean cross-entropy of logits [N,K] at temperature T, every image by the weight of its label; NaN when a logit is not finite.</summary>
    public static double Loss(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, double temperature, ReadOnlySpan<float> classWeights = default)
    {
        double total = 0, weights = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            ReadOnlySpan<float> z = logits.Slice(n * classes, classes);
            double max = double.NegativeInfinity, sum = 0, weight = classWeights.IsEmpty ? 1 : classWeights[labels[n]];
            foreach (float score in z)
                max = Math.Max(max, score);
            foreach (float score in z)
                sum += Math.Exp((score - max) / temperature);
            total += weight * (Math.Log(sum) - (z[labels[n]] - max) / temperature);
            weights += weight;
        }
        return total / weights;
    }

    /// <summary>Derivative of the loss by β = 1/T: Σ Σ_v w_v·(E_p[z_v] − z_v[label]) with p_v = softmax(β·z_v) and w_v = p_v[label] / Σ_u p_u[label].</summary>
    private static double Slope(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, int views, double beta, ReadOnlySpan<float> classWeights)
    {
        double total = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            double weighted = 0, weights = 0;
            for (int v = 0; v < views; v++)
            {
                ReadOnlySpan<float> z = logits.Slice((n * views + v) * classes, classes);
                double max = double.NegativeInfinity, sum = 0, mean = 0;
                foreach (float score in z)
                    max = Math.Max(max, score);
                foreach (float score in z)
                {
                    double e = Math.Exp(beta * (score - max));
                    sum += e;
                    mean += e * score;
                }
                double weight = Math.Max(Math.Exp(beta * (z[labels[n]] - max)) / sum, double.Epsilon);
                weighted += weight * (mean / sum - z[labels[n]]);
                weights += weight;
            }
            total += (classWeights.IsEmpty ? 1 : classWeights[labels[n]]) * weighted / weights;
        }
        return total;
    }
}
