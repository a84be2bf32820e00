namespace SkinClassifier.Metrics;

/// <summary>Mean recall of the classes that have examples (balanced accuracy). Undefined without examples.</summary>
internal sealed class MacroAccuracy : IMetric
{
    public string Name => "macroAccuracy";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples) => examples.Confusion.MeanOverPresent(examples.Confusion.Recall);
}
