namespace SkinClassifier.Metrics;

/// <summary>What a decision rule reaches on a set of examples; everything follows from the classes that it predicts.</summary>
/// <param name="ConfusionMatrix">Counts, rows actual, columns predicted by the rule. Recall and F1 of each class are among its members.</param>
public sealed record DecisionMetrics(ClassConfusionMatrix ConfusionMatrix)
{
    /// <summary>Share of correct answers; null without examples.</summary>
    public double? MicroAccuracy => ConfusionMatrix.Total == 0 ? null : (double)ConfusionMatrix.Right / ConfusionMatrix.Total;

    /// <summary>Mean recall of the classes that have examples (balanced accuracy); null without examples.</summary>
    public double? MacroAccuracy => ConfusionMatrix.MeanOverPresent(ConfusionMatrix.Recall);

    /// <summary>Mean F1 of the classes that have examples; null without examples.</summary>
    public double? MacroF1 => ConfusionMatrix.MeanOverPresent(ConfusionMatrix.F1);

    /// <summary>Of these examples and classes by some rule.</summary>
    internal static DecisionMetrics Of(ScoredExamples examples, ReadOnlySpan<int> predicted)
    {
        long[] counts = new long[examples.Classes * examples.Classes];
        for (int i = 0; i < predicted.Length; i++)
            counts[examples.Actual[i] * examples.Classes + predicted[i]] += examples.Weight(i);
        return new DecisionMetrics(new ClassConfusionMatrix(examples.Labels, counts));
    }
}
