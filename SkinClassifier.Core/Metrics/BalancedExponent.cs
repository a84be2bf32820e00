namespace SkinClassifier.Metrics;

/// <summary>
/// Chooses t of p / prior^t on images that were not trained on: the macro recall at t = 0, 0.05 … 1, smoothed over five neighbors (1, 2, 3, 2, 1), less
/// 30/N · (t − usual)². The smoothing takes away steps of single images, and the last term decides where there are few: t then stays near the value that
/// follows from how classes were weighted in training. Among equal values the one nearest to the usual value is taken, then the smaller.
/// </summary>
internal static class BalancedExponent
{
    private const int Steps = 20;
    private const double Pull = 30;
    private static readonly int[] Smoothing = [3, 2, 1];

    /// <summary>t, 0 to 1; <paramref name="usual"/> when there are no images.</summary>
    /// <param name="scores">Probabilities [N,K].</param>
    /// <param name="labels">Actual classes [N].</param>
    /// <param name="prior">Share of each class [K], above 0.</param>
    /// <param name="usual">Where t is expected before images are seen, 0 to 1.</param>
    public static double Choose(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, IReadOnlyList<double> prior, double usual)
    {
        if (labels.IsEmpty)
            return usual;
        double[] recall = new double[Steps + 1];
        for (int step = 0; step <= Steps; step++)
            recall[step] = MacroRecall(scores, labels, new PriorCorrectedRule(prior, (double)step / Steps));
        double best = usual, most = double.NegativeInfinity;
        for (int step = 0; step <= Steps; step++)
        {
            double t = (double)step / Steps, value = Smoothed(recall, step) - Pull / labels.Length * (t - usual) * (t - usual);
            bool isEqual = Math.Abs(value - most) < 1e-12;
            if (!isEqual && value > most || isEqual && Math.Abs(t - usual) < Math.Abs(best - usual) - 1e-12)
                (best, most) = (t, value);
        }
        return best;
    }

    /// <summary>Mean recall of the classes that have images.</summary>
    private static double MacroRecall(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, PriorCorrectedRule rule)
    {
        int classes = rule.Classes!.Value, present = 0;
        int[] right = new int[classes], all = new int[classes];
        for (int n = 0; n < labels.Length; n++)
        {
            all[labels[n]]++;
            if (rule.Decide(scores.Slice(n * classes, classes)) == labels[n])
                right[labels[n]]++;
        }
        double sum = 0;
        for (int c = 0; c < classes; c++)
            if (all[c] > 0)
            {
                sum += (double)right[c] / all[c];
                present++;
            }
        return sum / present;
    }

    private static double Smoothed(double[] values, int at)
    {
        double sum = 0;
        int weights = 0;
        for (int i = Math.Max(0, at - Smoothing.Length + 1); i <= Math.Min(values.Length - 1, at + Smoothing.Length - 1); i++)
        {
            sum += Smoothing[Math.Abs(i - at)] * values[i];
            weights += Smoothing[Math.Abs(i - at)];
        }
        return sum / weights;
    }
}
