using SkinClassifier.Common;

namespace SkinClassifier.Metrics;

/// <summary>
/// Percentile bootstrap: groups (single examples where there are none) are drawn with replacement, as many as there are, and every metric is computed again.
/// Resample r draws from its own sequence (seed, r), so the result does not depend on the number of threads.
/// </summary>
internal static class Bootstrap
{
    public const int Resamples = 1000;

    /// <summary>Above this many scores the area under the curve, which needs every score in every resample, gets no interval.</summary>
    internal const long MaxRankedScores = 5_000_000;

    /// <summary>
    /// Intervals by metric name, and of the recall of each class. A metric that is undefined in more than half of the resamples has none; with fewer
    /// than two groups there are none at all.
    /// </summary>
    public static BootstrapIntervals Compute(ScoredExamples examples, IReadOnlyList<string?>? groups, ulong seed, WorkerPool workers)
    {
        int[][] members = Members(examples.Count, groups);
        Dictionary<string, ConfidenceInterval> intervals = new(StringComparer.Ordinal);
        ConfidenceInterval?[] recall = new ConfidenceInterval?[examples.Classes];
        if (members.Length < 2)
            return new BootstrapIntervals(intervals, recall);
        IMetric[] metrics = [.. MetricCatalog.All.Where(m => m is not MacroAuc || (long)examples.Count * examples.Classes <= MaxRankedScores)];
        double?[][] values = new double?[Resamples][];
        workers.Run(Resamples, r => values[r] = Resample(examples, members, metrics, seed, r));
        for (int m = 0; m < metrics.Length; m++)
            if (Interval(values, m) is { } interval)
                intervals.Add(metrics[m].Name, interval);
        for (int c = 0; c < recall.Length; c++)
            recall[c] = Interval(values, metrics.Length + c);
        return new BootstrapIntervals(intervals, recall);
    }

    private static ConfidenceInterval? Interval(double?[][] values, int metric)
    {
        double[] defined = [.. values.Where(v => v[metric].HasValue).Select(v => v[metric]!.Value).Order()];
        return defined.Length > Resamples / 2 ? new ConfidenceInterval(Quantile(defined, 0.025), Quantile(defined, 0.975)) : null;
    }

    /// <summary>The metrics, then the recall of each class.</summary>
    internal static double?[] Resample(ScoredExamples examples, int[][] members, IMetric[] metrics, ulong seed, int resample)
    {
        ScoredExamples drawn = examples.Reweighted(Weights(examples.Count, members, seed, resample));
        double?[] values = new double?[metrics.Length + examples.Classes];
        for (int m = 0; m < metrics.Length; m++)
            values[m] = metrics[m].Compute(drawn);
        for (int c = 0; c < examples.Classes; c++)
            values[metrics.Length + c] = drawn.Confusion.Recall(c);
        return values;
    }

    /// <summary>How often each example is in a resample.</summary>
    internal static int[] Weights(int count, int[][] members, ulong seed, int resample)
    {
        SeededRandom random = new(seed, (ulong)resample);
        int[] weights = new int[count];
        for (int g = 0; g < members.Length; g++)
            foreach (int example in members[random.NextInt32(members.Length)])
                weights[example]++;
        return weights;
    }

    /// <summary>Intervals of values of the examples: of each the middle 95 % over the resamples; null where more than half of them have none.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="groups">Group of each; null: a group of its own.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="workers">Threads; they do not change the result.</param>
    /// <param name="count">Number of values.</param>
    /// <param name="compute">The values of a resample.</param>
    internal static ConfidenceInterval?[] Intervals(ScoredExamples examples, IReadOnlyList<string?>? groups, ulong seed, WorkerPool workers, int count,
        Func<ScoredExamples, double?[]> compute) =>
        Intervals(examples.Count, groups, seed, workers, count, weights => compute(examples.Reweighted(weights)));

    /// <summary>Intervals of values that follow from how often each of <paramref name="examples"/> examples is in a resample.</summary>
    internal static ConfidenceInterval?[] Intervals(int examples, IReadOnlyList<string?>? groups, ulong seed, WorkerPool workers, int count,
        Func<int[], double?[]> compute)
    {
        int[][] members = Members(examples, groups);
        if (members.Length < 2)
            return new ConfidenceInterval?[count];
        double?[][] values = new double?[Resamples][];
        workers.Run(Resamples, r => values[r] = compute(Weights(examples, members, seed, r)));
        return [.. Enumerable.Range(0, count).Select(v => Interval(values, v))];
    }

    /// <summary>The examples of each group.</summary>
    internal static int[][] Members(int count, IReadOnlyList<string?>? groups)
    {
        if (groups is null)
            return [.. Enumerable.Range(0, count).Select(i => new[] { i })];
        Dictionary<string, List<int>> named = new(StringComparer.Ordinal);
        List<List<int>> all = [];
        for (int i = 0; i < count; i++)
            if (groups[i] is not { } group)
                all.Add([i]);
            else if (named.TryGetValue(group, out List<int>? known))
                known.Add(i);
            else
                all.Add(named[group] = [i]);
        return [.. all.Select(g => g.ToArray())];
    }

    /// <summary>Linear interpolation between the sorted values.</summary>
    internal static double Quantile(double[] sorted, double q)
    {
        double place = q * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}

/// <summary>What the bootstrap gives.</summary>
/// <param name="Metrics">By metric name.</param>
/// <param name="Recall">Of each class; null where it is undefined.</param>
internal sealed record BootstrapIntervals(IReadOnlyDictionary<string, ConfidenceInterval> Metrics, IReadOnlyList<ConfidenceInterval?> Recall);
