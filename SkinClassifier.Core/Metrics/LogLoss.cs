namespace SkinClassifier.Metrics;

/// <summary>Mean of −ln p(actual class), p limited to [1e-15, 1]. Undefined without examples.</summary>
internal sealed class LogLoss : IMetric
{
    public string Name => "logLoss";

    public bool HigherIsBetter => false;

    public double? Compute(ScoredExamples examples)
    {
        double sum = 0;
        for (int i = 0; i < examples.Count; i++)
            if (examples.Weight(i) is int weight and > 0)
                sum -= weight * Math.Log(Math.Clamp(examples.Scores(i)[examples.Actual[i]], 1e-15, 1));
        return examples.TotalWeight == 0 ? null : sum / examples.TotalWeight;
    }
}
