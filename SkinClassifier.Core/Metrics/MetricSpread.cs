namespace SkinClassifier.Metrics;

/// <summary>Mean and spread of one metric over several measurements, for example the folds of a cross-validation.</summary>
/// <param name="Mean">Mean of those that are defined; not-a-number when none is.</param>
/// <param name="StandardDeviation">√(Σ(x − mean)² / (n − 1)); not-a-number with fewer than two.</param>
/// <param name="Count">Measurements in which the metric is defined, n.</param>
public readonly record struct MetricSpread(double Mean, double StandardDeviation, int Count)
{
    /// <summary>The metric <paramref name="metric"/>, by its name in metrics.json, over several measurements.</summary>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public static MetricSpread Of(IEnumerable<ImageClassificationMetrics> measurements, string metric)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        double[] values = [.. measurements.Select(m => m[metric]).OfType<double>().Where(double.IsFinite)];
        if (values.Length == 0)
            return new MetricSpread(double.NaN, double.NaN, 0);
        double mean = values.Average();
        return new MetricSpread(
            mean, values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)), values.Length);
    }

    /// <summary>For example "0.732 ± 0.014".</summary>
    public override string ToString() =>
        Count == 0 ? "–" : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Mean:0.000}{(Count < 2 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" ± {StandardDeviation:0.000}"))}");
}
