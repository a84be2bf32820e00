namespace SkinClassifier.Metrics;

/// <summary>Agreement beyond chance (Cohen, 1960): (p₀ − pₑ) / (1 − pₑ). Undefined when actual and predicted classes are all one and the same.</summary>
internal sealed class CohenKappa : IMetric
{
    public string Name => "cohenKappa";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        ClassConfusionMatrix confusion = examples.Confusion;
        double total = confusion.Total, chance = 0;
        for (int c = 0; c < confusion.Classes; c++)
            chance += (double)confusion.Support(c) * confusion.PredictedCount(c);
        double room = total * total - chance;
        return room == 0 ? null : (confusion.Right * total - chance) / room;
    }
}
