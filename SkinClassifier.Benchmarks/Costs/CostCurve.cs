namespace SkinClassifier.Benchmarks.Costs;

/// <summary>How speed and memory follow one quantity while all others stay.</summary>
/// <param name="Title">What is done.</param>
/// <param name="Quantity">What changes.</param>
/// <param name="Points">Its values with what they gave, ascending.</param>
internal sealed record CostCurve(string Title, string Quantity, IReadOnlyList<(double Value, CostPoint Point)> Points)
{
    /// <summary>Measures a work for each value; the other quantities are those of <paramref name="usual"/>.</summary>
    public static CostCurve Measure(string title, string quantity, CostWork usual, IEnumerable<int> values, Func<CostWork, int, CostWork> with) =>
        new(title, quantity, [.. values.Select(v => ((double)v, with(usual, v).Measure()))]);
}
