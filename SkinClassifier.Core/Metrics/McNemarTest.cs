namespace SkinClassifier.Metrics;

/// <summary>
/// Whether two classifiers differ in their shares of correct answers on the same images: only images that exactly one of them judges correctly count.
/// Source: McNemar, Note on the sampling error of the difference between correlated proportions, 1947. Every image counts for itself; with several images of
/// one lesion or patient the p-values are too small.
/// </summary>
/// <param name="OnlyFirst">Images that only the first judges correctly, b.</param>
/// <param name="OnlySecond">Images that only the second judges correctly, c.</param>
/// <param name="ChiSquare">(|b − c| − 1)² / (b + c), with the continuity correction of Edwards; null where b + c = 0.</param>
/// <param name="ChiSquareP">Its two-sided p-value with one degree of freedom; 1 where b + c = 0.</param>
/// <param name="ExactP">Two-sided exact binomial p-value: min(1, 2·P(X ≤ min(b, c))), X from b + c throws of a fair coin; 1 where b + c = 0.</param>
internal sealed record McNemarTest(int OnlyFirst, int OnlySecond, double? ChiSquare, double ChiSquareP, double ExactP)
{
    /// <summary>Compares predicted classes.</summary>
    internal static McNemarTest Of(ReadOnlySpan<int> actual, ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        int b = 0, c = 0;
        for (int i = 0; i < actual.Length; i++)
            if ((first[i] == actual[i]) != (second[i] == actual[i]))
                _ = first[i] == actual[i] ? b++ : c++;
        if (b + c == 0)
            return new McNemarTest(0, 0, null, 1, 1);
        double chi = Math.Pow(Math.Abs(b - c) - 1, 2) / (b + c);
        return new McNemarTest(b, c, chi, NormalDistribution.TwoSided(Math.Sqrt(chi)), Exact(Math.Min(b, c), b + c));
    }

    private static double Exact(int smaller, int count)
    {
        // Terms count! / (i! (count − i)!) / 2^count through logarithms, so that large numbers do not overflow.
        double sum = 0, term = -count * Math.Log(2);
        for (int i = 0; i <= smaller; i++)
        {
            sum += Math.Exp(term);
            term += Math.Log((double)(count - i) / (i + 1));
        }
        return Math.Min(1, 2 * sum);
    }
}
