namespace SkinClassifier.Metrics;

/// <summary>Two classifiers on the same images.</summary>
/// <param name="First">Metrics of the first.</param>
/// <param name="Second">Metrics of the second.</param>
/// <param name="McNemar">Whether their shares of correct answers differ.</param>
/// <param name="DeLong">Whether their areas under the ROC curve differ, class by class.</param>
/// <param name="Differences">
/// First minus second by metric name (microAccuracy, macroAccuracy, macroAuc, logLoss), with the 95 % bootstrap interval of the difference: the same images, or
/// groups of images, are drawn for both.
/// </param>
internal sealed record ModelComparison(ImageClassificationMetrics First, ImageClassificationMetrics Second, McNemarTest McNemar,
    IReadOnlyList<DeLongTest> DeLong, IReadOnlyDictionary<string, MeasuredValue> Differences)
{
    private static readonly string[] Compared = ["microAccuracy", "macroAccuracy", "macroAuc", "logLoss"];

    /// <summary>Compares.</summary>
    /// <param name="first">Metrics of the first.</param>
    /// <param name="second">Metrics of the second, of the same images in the same order, with the same classes in the same order.</param>
    /// <exception cref="ArgumentException">Classes or images differ.</exception>
    public static ModelComparison Of(ImageClassificationMetrics first, ImageClassificationMetrics second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (!first.Labels.SequenceEqual(second.Labels))
            throw new ArgumentException($"ModelComparison: expected the same classes in the same order, received {string.Join(", ", first.Labels)} and "
                + $"{string.Join(", ", second.Labels)}.", nameof(second));
        ScoredExamples a = first.Examples, b = second.Examples;
        if (!a.Actual.SequenceEqual(b.Actual))
            throw new ArgumentException($"ModelComparison: expected the same images in the same order, received {a.Count} and {b.Count} with other actual "
                + "classes.", nameof(second));
        IMetric[] metrics = [.. Compared.Select(MetricCatalog.Find)];
        ConfidenceInterval?[] intervals = Bootstrap.Intervals(a.Count, first.Groups, first.Seed, first.Workers, metrics.Length, weights =>
        {
            ScoredExamples drawn1 = a.Reweighted(weights), drawn2 = b.Reweighted(weights);
            return [.. metrics.Select(m => m.Compute(drawn1) - m.Compute(drawn2))];
        });
        return new ModelComparison(first, second, McNemarTest.Of(a.Actual, a.Predicted, b.Predicted),
            [.. Enumerable.Range(0, a.Classes).Select(c => DeLongTest.Of(a, b, c))],
            metrics.Index().ToDictionary(m => m.Item.Name, m => new MeasuredValue(first[m.Item.Name] - second[m.Item.Name], intervals[m.Index])));
    }
}
