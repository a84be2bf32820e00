namespace SkinClassifier.Metrics;

/// <summary>
/// Whether two classifiers differ in the area under the ROC curve of one class on the same images. Source: DeLong, DeLong and Clarke-Pearson, Comparing the
/// areas under two or more correlated receiver operating characteristic curves, 1988. Every image counts for itself; with several images of one lesion or
/// patient the p-values are too small.
/// </summary>
/// <param name="Label">The class, against the rest.</param>
/// <param name="First">Area of the first classifier; null without examples of the class or of others.</param>
/// <param name="Second">Area of the second classifier.</param>
/// <param name="Difference">
/// First minus second, with its 95 % interval: ± 1.96 standard errors; none with fewer than two examples of the class or of others.
/// </param>
/// <param name="Z">Difference over its standard error; null where that is 0 or unknown.</param>
/// <param name="P">Two-sided p-value; null where <paramref name="Z"/> is.</param>
internal sealed record DeLongTest(string Label, double? First, double? Second, MeasuredValue Difference, double? Z, double? P)
{
    /// <summary>Compares the scores of one class.</summary>
    internal static DeLongTest Of(ScoredExamples first, ScoredExamples second, int label)
    {
        int[] positives = [.. Enumerable.Range(0, first.Count).Where(i => first.Actual[i] == label)];
        int[] negatives = [.. Enumerable.Range(0, first.Count).Where(i => first.Actual[i] != label)];
        string name = first.Labels[label];
        if (positives.Length == 0 || negatives.Length == 0)
            return new DeLongTest(name, null, null, default, null, null);
        (double[] hits1, double[] misses1) = Places(first, label, positives, negatives);
        (double[] hits2, double[] misses2) = Places(second, label, positives, negatives);
        double area1 = hits1.Average(), area2 = hits2.Average(), difference = area1 - area2;
        if (positives.Length < 2 || negatives.Length < 2)
            return new DeLongTest(name, area1, area2, new MeasuredValue(difference, null), null, null);
        double error = Math.Sqrt(Variance(hits1, hits2) / positives.Length + Variance(misses1, misses2) / negatives.Length);
        double half = NormalDistribution.Quantile975 * error;
        double? z = error > 0 ? difference / error : null;
        return new DeLongTest(name, area1, area2, new MeasuredValue(difference, new ConfidenceInterval(difference - half, difference + half)), z,
            z is { } value ? NormalDistribution.TwoSided(value) : null);
    }

    /// <summary>Of each positive the share of negatives below it, of each negative the share of positives above it; equal scores count half.</summary>
    private static (double[] Hits, double[] Misses) Places(ScoredExamples examples, int label, int[] positives, int[] negatives)
    {
        float[] high = [.. positives.Select(i => examples.Scores(i)[label])], low = [.. negatives.Select(i => examples.Scores(i)[label])];
        float[] sortedHigh = [.. high.Order()], sortedLow = [.. low.Order()];
        return ([.. high.Select(s => Below(sortedLow, s))], [.. low.Select(s => 1 - Below(sortedHigh, s))]);
    }

    /// <summary>Share of sorted values below a value, equal ones counted half.</summary>
    private static double Below(float[] sorted, float value)
    {
        int from = Find(v => v < value), to = Find(v => v <= value);
        return (from + to) / 2.0 / sorted.Length;

        int Find(Func<float, bool> isLeft)
        {
            int low = 0, high = sorted.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (isLeft(sorted[middle]))
                    low = middle + 1;
                else
                    high = middle;
            }
            return low;
        }
    }

    /// <summary>Variance of the differences, over n − 1.</summary>
    private static double Variance(double[] first, double[] second)
    {
        double mean = first.Zip(second).Average(p => p.First - p.Second);
        return first.Zip(second).Sum(p => Math.Pow(p.First - p.Second - mean, 2)) / (first.Length - 1);
    }
}
