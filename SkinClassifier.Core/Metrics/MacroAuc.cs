namespace SkinClassifier.Metrics;

/// <summary>
/// Mean over the classes of the area under the ROC curve, one class against the rest; classes without an example, or with all of them, are left out.
/// Undefined when none is left.
/// </summary>
internal sealed class MacroAuc : IMetric
{
    public string Name => "macroAuc";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        double sum = 0;
        int defined = 0;
        for (int c = 0; c < examples.Classes; c++)
            if (examples.Ranked(c).AreaUnderRoc(examples) is double area)
            {
                sum += area;
                defined++;
            }
        return defined > 0 ? sum / defined : null;
    }
}
