namespace SkinClassifier.Metrics;

/// <summary>Mean precision of the classes that have examples; a class that was never predicted counts as 0. Undefined without examples.</summary>
internal sealed class MacroPrecision : IMetric
{
    public string Name => "macroPrecision";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples) => examples.Confusion.MeanOverPresent(examples.Confusion.Precision);
}
