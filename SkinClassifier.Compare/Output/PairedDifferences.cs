using SkinClassifier.Metrics;

namespace SkinClassifier.Compare.Output;

/// <summary>
/// Differences to the best row of each metric. The bootstrap draws groups (single images where there are none), 1000 times, the same ones for all rows, and
/// takes the difference in each resample: what makes one sample of images easier for all methods cancels out.
/// </summary>
internal static class PairedDifferences
{
    /// <summary>The rows with their differences.</summary>
    /// <param name="rows">Rows over the same images in the same order.</param>
    /// <param name="groups">Group of each image; null: none.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="threads">Threads, which do not change the result; 0: all cores.</param>
    public static IReadOnlyList<ComparisonRow> Add(IReadOnlyList<ComparisonRow> rows, IReadOnlyList<string?>? groups, ulong seed, int threads = 0)
    {
        if (rows.Count == 0)
            return rows;
        IMetric[] metrics = [.. ComparisonRow.MetricNames.Select(MetricCatalog.Find)];
        int[][] members = Bootstrap.Members(rows[0].Metrics.Count, groups);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads == 0 ? -1 : threads };
        double?[][][] values = [.. rows.Select(row => new double?[Bootstrap.Resamples][])];
        for (int r = 0; r < rows.Count; r++)
            Parallel.For(0, Bootstrap.Resamples, parallel,
                n => values[r][n] = Bootstrap.Resample(rows[r].Metrics.Examples, members, metrics, seed, n));
        Dictionary<string, Difference>[] differences = [.. rows.Select(_ => new Dictionary<string, Difference>(StringComparer.Ordinal))];
        for (int m = 0; m < metrics.Length; m++)
        {
            int best = Best(rows, metrics[m]);
            for (int r = 0; r < rows.Count; r++)
                differences[r][metrics[m].Name] = new Difference(rows[r].Metrics[metrics[m].Name] - rows[best].Metrics[metrics[m].Name],
                    r == best || members.Length < 2 ? null : Interval(values[r], values[best], m), r == best);
        }
        return [.. rows.Select((row, r) => row with { Differences = differences[r] })];
    }

    /// <summary>The best row; of equal ones the first.</summary>
    private static int Best(IReadOnlyList<ComparisonRow> rows, IMetric metric)
    {
        int best = 0;
        for (int r = 1; r < rows.Count; r++)
            if (rows[r].Metrics[metric.Name] is { } value
                && (rows[best].Metrics[metric.Name] is not { } known || (metric.HigherIsBetter ? value > known : value < known)))
                best = r;
        return best;
    }

    private static ConfidenceInterval? Interval(double?[][] row, double?[][] best, int metric)
    {
        double[] sorted = [.. Enumerable.Range(0, row.Length).Select(n => row[n][metric] - best[n][metric]).OfType<double>().Order()];
        return sorted.Length > Bootstrap.Resamples / 2
            ? new ConfidenceInterval(Bootstrap.Quantile(sorted, 0.025), Bootstrap.Quantile(sorted, 0.975)) : null;
    }
}
