namespace SkinClassifier.Metrics;

/// <summary>Share of correct answers. Undefined without examples.</summary>
internal sealed class MicroAccuracy : IMetric
{
    public string Name => "microAccuracy";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples) => examples.TotalWeight == 0 ? null : (double)examples.Confusion.Right / examples.TotalWeight;
}
