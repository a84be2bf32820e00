namespace SkinClassifier.Metrics;

/// <summary>F1 of the classes, weighted by their numbers of examples. Undefined without examples.</summary>
internal sealed class WeightedF1 : IMetric
{
    public string Name => "weightedF1";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        ClassConfusionMatrix confusion = examples.Confusion;
        double sum = 0;
        for (int c = 0; c < confusion.Classes; c++)
            sum += (confusion.F1(c) ?? 0) * confusion.Support(c);
        return confusion.Total == 0 ? null : sum / confusion.Total;
    }
}
