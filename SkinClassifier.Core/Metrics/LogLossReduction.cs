namespace SkinClassifier.Metrics;

/// <summary>
/// 1 − log loss / log loss of the class frequencies: 1 perfect, 0 no better than the frequencies. Undefined when all examples are of one class.
/// </summary>
internal sealed class LogLossReduction : IMetric
{
    public string Name => "logLossReduction";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        ClassConfusionMatrix confusion = examples.Confusion;
        double prior = 0;
        for (int c = 0; c < confusion.Classes; c++)
            if (confusion.Support(c) is long support and > 0)
                prior -= (double)support / confusion.Total * Math.Log((double)support / confusion.Total);
        return prior > 0 ? 1 - MetricCatalog.LogLoss.Compute(examples) / prior : null;
    }
}
