namespace SkinClassifier.Metrics;

/// <summary>The classes of one level of a hierarchy and their metrics.</summary>
/// <param name="Level">1 is the level above the classes.</param>
/// <param name="Members">The model's classes below each class of the level, in the order of the level's classes.</param>
/// <param name="Metrics">Metrics of the level's classes. Their scores are the sums of their members' scores.</param>
public sealed record HierarchyLevel(int Level, IReadOnlyList<IReadOnlyList<string>> Members, ImageClassificationMetrics Metrics)
{
    /// <summary>Puts classes together.</summary>
    /// <param name="level">Number of the level.</param>
    /// <param name="metrics">Metrics of the classes.</param>
    /// <param name="parents">The level's class of each class [K].</param>
    internal static HierarchyLevel Of(int level, ImageClassificationMetrics metrics, IReadOnlyList<string> parents)
    {
        ScoredExamples scored = metrics.Examples;
        string[] labels = [.. parents.Distinct().Order(StringComparer.Ordinal)];
        int[] parentOf = [.. parents.Select(p => Array.IndexOf(labels, p))];
        int[] actual = new int[scored.Count], predicted = new int[scored.Count];
        float[] scores = new float[scored.Count * labels.Length];
        double[] sums = new double[labels.Length];
        for (int i = 0; i < scored.Count; i++)
        {
            actual[i] = parentOf[scored.Actual[i]];
            predicted[i] = parentOf[scored.Predicted[i]];
            Array.Clear(sums);
            ReadOnlySpan<float> own = scored.Scores(i);
            for (int c = 0; c < own.Length; c++)
                sums[parentOf[c]] += own[c];
            for (int p = 0; p < sums.Length; p++)
                scores[i * labels.Length + p] = (float)sums[p];
        }
        ScoredExamples above = new ScoredExamples(labels, actual, scores).WithPredicted(predicted);
        return new HierarchyLevel(level, [.. labels.Select(l => metrics.Labels.Where((_, c) => parents[c] == l).ToArray())],
            ImageClassificationMetrics.Of(above, metrics.Decision, null, metrics.Groups, metrics.Seed));
    }
}
