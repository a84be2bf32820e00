using System.Globalization;

namespace SkinClassifier.Metrics;

/// <summary>The class with the largest p / threshold.</summary>
internal sealed class ThresholdRule(IReadOnlyList<double> thresholds) : DecisionRule
{
    public const string Word = "thresholds";

    private readonly double[] _thresholds = [.. thresholds];
    private readonly float[] _factors = [.. thresholds.Select(t => (float)(1 / t))];

    public override string Name => Word;

    public override int? Classes => _factors.Length;

    /// <summary>What is wrong, as part of a sentence; null: nothing.</summary>
    public static string? Problem(IReadOnlyList<double> thresholds)
    {
        if (thresholds is null || thresholds.Count < 2)
            return $"thresholds: expected one for each class, received {thresholds?.Count ?? 0}";
        return thresholds.All(t => t is >= 1e-12 and <= 1) ? null
            : $"thresholds: expected above 0 to 1, received {string.Join(", ", thresholds.Select(t => t.ToString(CultureInfo.InvariantCulture)))}";
    }

    public override string ToString() => $"thresholds {string.Join(", ", _thresholds.Select(t => t.ToString("0.###", CultureInfo.InvariantCulture)))}";

    internal override float Weight(int label, int score) => label == score ? _factors[label] : 0;

    private protected override float Value(int label, ReadOnlySpan<float> scores) => scores[label] * _factors[label];
}
