namespace SkinClassifier.Metrics;

/// <summary>Mean F1 of the classes that have examples. Undefined without examples.</summary>
internal sealed class MacroF1 : IMetric
{
    public string Name => "macroF1";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples) => examples.Confusion.MeanOverPresent(examples.Confusion.F1);
}
