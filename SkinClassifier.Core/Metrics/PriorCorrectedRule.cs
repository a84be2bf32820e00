using System.Globalization;

namespace SkinClassifier.Metrics;

/// <summary>The class with the largest p / prior^t.</summary>
internal sealed class PriorCorrectedRule : DecisionRule
{
    public const string Word = "balanced";

    private readonly float[] _factors;

    public PriorCorrectedRule(IReadOnlyList<double> prior, double exponent)
    {
        Exponent = exponent;
        _factors = [.. prior.Select(p => (float)Math.Pow(p, -exponent))];
    }

    /// <summary>t.</summary>
    public double Exponent { get; }

    public override string Name => Word;

    public override int? Classes => _factors.Length;

    /// <summary>What is wrong, as part of a sentence; null: nothing.</summary>
    public static string? Problem(IReadOnlyList<double> prior, double exponent)
    {
        if (prior is null || prior.Count < 2 || !prior.All(p => p is >= 1e-12 and <= 1))
            return "prior: expected the share of each class, above 0 to 1, received "
                + (prior is null ? "nothing" : string.Join(", ", prior.Select(p => p.ToString(CultureInfo.InvariantCulture))));
        return exponent is >= 0 and <= 1 ? null : string.Create(CultureInfo.InvariantCulture, $"exponent: expected 0 to 1, received {exponent}");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"balanced, p / prior^{Exponent:0.##}");

    internal override float Weight(int label, int score) => label == score ? _factors[label] : 0;

    private protected override float Value(int label, ReadOnlySpan<float> scores) => scores[label] * _factors[label];
}
