using System.Globalization;

namespace SkinClassifier.Metrics;

/// <summary>The class with the smallest expected cost.</summary>
internal sealed class CostRule(IReadOnlyList<IReadOnlyList<double>> costs) : DecisionRule
{
    public const string Word = "costs";

    private readonly float[][] _costs = [.. costs.Select(row => row.Select(c => (float)c).ToArray())];

    public override string Name => Word;

    public override int? Classes => _costs.Length;

    /// <summary>What is wrong, as part of a sentence; null: nothing.</summary>
    public static string? Problem(IReadOnlyList<IReadOnlyList<double>> costs)
    {
        if (costs is null || costs.Count < 2)
            return $"costs: expected a square table with a row and a column for each class, received {costs?.Count ?? 0} rows";
        foreach ((int index, IReadOnlyList<double> row) in costs.Index())
            if (row is null || row.Count != costs.Count)
                return $"costs: expected a square table, received {costs.Count} rows and {row?.Count ?? 0} columns in row {index + 1}";
            else if (row.FirstOrDefault(c => !(c >= 0 && float.IsFinite((float)c))) is var bad && bad != 0)
                return string.Create(CultureInfo.InvariantCulture, $"costs: expected numbers of 0 or more, received {bad} in row {index + 1}");
        return null;
    }

    public override string ToString() => "smallest expected cost";

    internal override float Weight(int label, int score) => -_costs[score][label];

    private protected override float Value(int label, ReadOnlySpan<float> scores)
    {
        float sum = 0;
        for (int i = 0; i < scores.Length; i++)
            sum -= scores[i] * _costs[i][label];
        return sum;
    }
}
