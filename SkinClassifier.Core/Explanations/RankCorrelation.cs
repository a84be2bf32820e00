namespace SkinClassifier.Explanations;

/// <summary>Spearman's rank correlation: Pearson's correlation of the ranks, equal values sharing the mean of their ranks.</summary>
internal static class RankCorrelation
{
    /// <summary>From −1 to 1; 0 where one side is constant.</summary>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double middle = (x.Length - 1) / 2.0, products = 0, left = 0, right = 0;
        for (int i = 0; i < x.Length; i++)
        {
            products += (x[i] - middle) * (y[i] - middle);
            left += (x[i] - middle) * (x[i] - middle);
            right += (y[i] - middle) * (y[i] - middle);
        }
        return left > 0 && right > 0 ? products / Math.Sqrt(left * right) : 0;
    }

    private static double[] Ranks(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        int[] places = new int[sorted.Length];
        for (int i = 0; i < places.Length; i++)
            places[i] = i;
        Array.Sort(sorted, places);
        double[] ranks = new double[sorted.Length];
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            for (end = first + 1; end < sorted.Length && sorted[end] == sorted[first];)
                end++;
            for (int i = first; i < end; i++)
                ranks[places[i]] = (first + end - 1) / 2.0;
        }
        return ranks;
    }
}
