namespace SkinClassifier.Calibration;

/// <summary>
/// The smallest confidence from which on a model may answer, so that the error among its answers stays at or below a wanted risk with a probability of at
/// least 1 − δ. Thresholds from the most confident images to all of them are tested one after the other, each by whether the exact binomial upper limit of
/// its error is at most the risk; the probability of an error in any of these tests is at most δ (Geifman and El-Yaniv, Selective classification for deep
/// neural networks, 2017, for the question; Angelopoulos, Bates, Candès, Jordan and Lei, Learn then test, 2021, for the way to answer it).
/// </summary>
/// <remarks>
/// The order of tests is a fallback procedure (Wiens, A fixed sequence Bonferroni procedure for testing multiple endpoints, 2003): the thresholds with which
/// all images, half of them, a quarter … are answered have equal parts of δ; between them lie steps of 5 % without one; and what a test that passed had goes
/// on to the next. So one error among the few most confident images does not end it, and where all goes well the later tests have nearly the whole of δ.
/// </remarks>
internal static class AnswerThreshold
{
    private const double Step = 1.05;

    /// <summary>
    /// The threshold: answer where confidence ≥ it; 0 where all may be answered; null where no threshold reaches the risk on these images.
    /// </summary>
    /// <param name="curve">Risk and coverage of images that were not trained on.</param>
    /// <param name="risk">The wanted risk, above 0 to below 1.</param>
    /// <param name="error">δ.</param>
    /// <param name="share">
    /// Independent images per image, above 0 to 1: images of one lesion or patient are right or wrong together, so that they count as fewer.
    /// </param>
    public static double? Find(RiskCoverage curve, double risk, double error, double share = 1)
    {
        // As many starts as are of use: at each of them answers without an error must be enough.
        double Least(int starts) => Math.Log(error / starts) / Math.Log(1 - risk) / share;
        if (curve.Count < Least(1))
            return null;
        int starts = 1;
        while (curve.Count / Math.Pow(2, starts) >= Least(starts + 1))
            starts++;
        SortedDictionary<int, double> tests = [];
        for (double answers = curve.Count; answers >= Least(starts); answers /= Step)
            tests.TryAdd(curve.LevelOf(answers), 0);
        for (int i = 0; i < starts; i++)
        {
            int level = curve.LevelOf(curve.Count / Math.Pow(2, i));
            tests[level] = tests.GetValueOrDefault(level) + error / starts;
        }
        int best = -1;
        double left = 0;
        foreach ((int level, double part) in tests)
        {
            left += part;
            (_, int answered, int errors) = curve[level];
            if (left > 0 && BinomialBound.Upper(errors * share, answered * share, left) <= risk)
                best = level;
            else
                left = 0;
        }
        return best < 0 ? null : best == curve.Levels - 1 ? 0 : curve[best].Threshold;
    }

    /// <summary>
    /// Independent images per image where images belong to groups: N / Σ m² over the sizes m of the groups, as if images of one group were all
    /// right or all wrong (Kish, Survey sampling, 1965, design effect with an intraclass correlation of 1). 1 without groups.
    /// </summary>
    /// <param name="groups">Group of each image; null: a group of its own.</param>
    /// <param name="images">Positions of the images in question.</param>
    public static double IndependentShare(IReadOnlyList<string?>? groups, IReadOnlyCollection<int> images)
    {
        if (groups is null || images.Count == 0)
            return 1;
        double squares = images.Count(i => groups[i] is null);
        foreach (IGrouping<string?, int> group in images.Where(i => groups[i] is not null).GroupBy(i => groups[i], StringComparer.Ordinal))
            squares += Math.Pow(group.Count(), 2);
        return images.Count / squares;
    }
}
