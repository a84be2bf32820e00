namespace SkinClassifier.Metrics;

/// <summary>Mean recall of the classes that have examples; the same number as the macro accuracy. Undefined without examples.</summary>
internal sealed class MacroRecall : IMetric
{
    public string Name => "macroRecall";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples) => examples.Confusion.MeanOverPresent(examples.Confusion.Recall);
}
