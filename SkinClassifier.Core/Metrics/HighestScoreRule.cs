namespace SkinClassifier.Metrics;

/// <summary>The class with the highest probability.</summary>
internal sealed class HighestScoreRule : DecisionRule
{
    public const string Word = "score";

    public override string Name => Word;

    public override int? Classes => null;

    public override string ToString() => "highest score";

    internal override float Weight(int label, int score) => label == score ? 1 : 0;

    private protected override float Value(int label, ReadOnlySpan<float> scores) => scores[label];
}
