namespace SkinClassifier.Metrics;

/// <summary>
/// Chooses thresholds for one class against the others on images that were not trained on. What is compared with the threshold s is the class's share
/// against its strongest rival, r = p / (p + largest other p); with two classes r is the probability itself. The thresholds are s for the class and 1 − s
/// for all others, so the rule predicts the class where r is above s, and else the class with the highest score among the others.
/// </summary>
internal static class ThresholdChoice
{
    private const double Smallest = 1e-6;

    /// <summary>
    /// The thresholds with the highest s at which at least a share of the images of <paramref name="label"/> is predicted as such, in the middle between two
    /// images; null: none, or only with every image predicted as it.
    /// </summary>
    /// <param name="scores">Probabilities [N,K].</param>
    /// <param name="labels">Actual classes [N].</param>
    /// <param name="classes">K.</param>
    /// <param name="label">The class.</param>
    /// <param name="sensitivity">Minimum share, above 0 to 1.</param>
    public static double[]? ForSensitivity(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes, int label, double sensitivity)
    {
        (double[] own, double[] others) = Ratios(scores, labels, classes, label);
        if (own.Length == 0 || others.Length == 0)
            return null;
        for (int needed = Math.Max(1, (int)Math.Ceiling(sensitivity * own.Length - 1e-9)); needed <= own.Length; needed++)
        {
            double last = own[needed - 1], below = own.Concat(others).Where(r => r < last).DefaultIfEmpty(0).Max();
            double[] thresholds = For(classes, label, (last + below) / 2);
            (double found, double spared) = Reached(scores, labels, classes, label, thresholds);
            if (found >= sensitivity - 1e-9)
                return spared > 0 ? thresholds : null;
        }
        return null;
    }

    /// <summary>
    /// The thresholds with the lowest s at which at least a share of the other images is not predicted as <paramref name="label"/>; null: none, or only with
    /// no image of the class found.
    /// </summary>
    /// <param name="scores">Probabilities [N,K].</param>
    /// <param name="labels">Actual classes [N].</param>
    /// <param name="classes">K.</param>
    /// <param name="label">The class.</param>
    /// <param name="specificity">Minimum share, above 0 to 1.</param>
    public static double[]? ForSpecificity(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes, int label, double specificity)
    {
        (double[] own, double[] others) = Ratios(scores, labels, classes, label);
        if (own.Length == 0 || others.Length == 0)
            return null;
        for (int alarms = Math.Min(others.Length - 1, (int)Math.Floor((1 - specificity) * others.Length + 1e-9)); alarms >= 0; alarms--)
        {
            double first = others[alarms], above = own.Concat(others).Where(r => r > first).DefaultIfEmpty(1).Min();
            double[] thresholds = For(classes, label, (first + above) / 2);
            (double found, double spared) = Reached(scores, labels, classes, label, thresholds);
            if (spared >= specificity - 1e-9)
                return found > 0 ? thresholds : null;
        }
        return null;
    }

    private static double[] For(int classes, int label, double threshold)
    {
        double s = Math.Clamp(threshold, Smallest, 1 - Smallest);
        double[] thresholds = new double[classes];
        Array.Fill(thresholds, 1 - s);
        thresholds[label] = s;
        return thresholds;
    }

    /// <summary>r of the images of the class and of the others, descending.</summary>
    private static (double[] Own, double[] Others) Ratios(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes, int label)
    {
        List<double> own = [], others = [];
        for (int n = 0; n < labels.Length; n++)
        {
            ReadOnlySpan<float> row = scores.Slice(n * classes, classes);
            double rival = 0;
            for (int c = 0; c < classes; c++)
                if (c != label)
                    rival = Math.Max(rival, row[c]);
            (labels[n] == label ? own : others).Add(row[label] / Math.Max(row[label] + rival, double.Epsilon));
        }
        return ([.. own.OrderDescending()], [.. others.OrderDescending()]);
    }

    /// <summary>Sensitivity and specificity.</summary>
    private static (double Found, double Spared) Reached(
        ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes, int label, double[] thresholds)
    {
        ThresholdRule rule = new(thresholds);
        int own = 0, found = 0, others = 0, spared = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            bool isPredicted = rule.Decide(scores.Slice(n * classes, classes)) == label;
            if (labels[n] == label)
                (own, found) = (own + 1, found + (isPredicted ? 1 : 0));
            else
                (others, spared) = (others + 1, spared + (isPredicted ? 0 : 1));
        }
        return ((double)found / own, (double)spared / others);
    }
}
