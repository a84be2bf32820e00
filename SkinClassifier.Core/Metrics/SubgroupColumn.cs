namespace SkinClassifier.Metrics;

/// <summary>The metrics of every value of one column of metadata, and how far they lie apart.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Groups">The values, in their own order.</param>
/// <param name="LargestGaps">The largest gap of each metric; absent for a metric that fewer than two groups of at least 20 cases have.</param>
public sealed record SubgroupColumn(string Column, IReadOnlyList<SubgroupMetrics> Groups, IReadOnlyList<SubgroupGap> LargestGaps)
{
    private static readonly (string Name, IMetric Metric)[] Metrics =
        [("accuracy", new MicroAccuracy()), ("sensitivity", new MacroRecall()), ("auc", new MacroAuc()), ("calibrationError", new ExpectedCalibrationError())];

    /// <summary>Measures every value.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="values">The group of every image.</param>
    /// <param name="order">The groups in the order in which they are shown.</param>
    /// <param name="metrics">Metrics of all images.</param>
    internal static SubgroupColumn Of(string column, IReadOnlyList<string> values, IReadOnlyList<string> order, ImageClassificationMetrics metrics)
    {
        ScoredExamples all = metrics.Examples;
        int[][] members = [.. order.Select(o => Enumerable.Range(0, values.Count).Where(i => values[i] == o).ToArray())];
        ScoredExamples[] parts = [.. members.Select(all.Subset)];
        string[] names = [.. Metrics.Select(m => m.Name), .. all.Classes == 2 ? all.Labels.Select(l => $"recall of {l}") : []];
        int[] cases = [.. members.Select(m => metrics.Groups is { } groups ? Bootstrap.Members(m.Length, [.. m.Select(i => groups[i])]).Length : m.Length)];
        double?[] measured = [.. parts.SelectMany(p => ValuesOf(p, names.Length))];
        List<(int Metric, int High, int Low)> pairs = [];
        for (int m = 0; m < names.Length; m++)
        {
            int[] compared = [.. Enumerable.Range(0, parts.Length).Where(g => cases[g] >= SubgroupMetrics.MinCases && measured[g * names.Length + m].HasValue)];
            if (compared.Length > 1)
                pairs.Add((m, compared.MaxBy(g => measured[g * names.Length + m]), compared.MinBy(g => measured[g * names.Length + m])));
        }
        ConfidenceInterval?[] intervals = (long)all.Count * all.Classes > Bootstrap.MaxRankedScores
            ? new ConfidenceInterval?[measured.Length + pairs.Count]
            : Bootstrap.Intervals(all.Count, metrics.Groups, metrics.Seed, metrics.Workers, measured.Length + pairs.Count, weights =>
            {
                double?[] drawn = [.. parts.SelectMany((p, g) => ValuesOf(p.Reweighted([.. members[g].Select(i => weights[i])]), names.Length))];
                return [.. drawn, .. pairs.Select(p => drawn[p.High * names.Length + p.Metric] - drawn[p.Low * names.Length + p.Metric])];
            });
        return new SubgroupColumn(column,
            [.. order.Select((_, g) => Group(g))],
            [.. pairs.Select((p, i) => new SubgroupGap(names[p.Metric], order[p.High], order[p.Low], new MeasuredValue(
                measured[p.High * names.Length + p.Metric] - measured[p.Low * names.Length + p.Metric], intervals[measured.Length + i])))]);

        MeasuredValue Value(int at) => new(measured[at], measured[at] is null ? null : intervals[at]);

        SubgroupMetrics Group(int group)
        {
            int at = group * names.Length;
            return new SubgroupMetrics(order[group], members[group].Length, cases[group], Value(at), Value(at + 1), Value(at + 2), Value(at + 3),
                [.. Enumerable.Range(at + Metrics.Length, names.Length - Metrics.Length).Select(Value)]);
        }
    }

    /// <summary>The metrics, then the recall of each class where there are two.</summary>
    private static IEnumerable<double?> ValuesOf(ScoredExamples examples, int count) =>
        [.. Metrics.Select(m => m.Metric.Compute(examples)), .. Enumerable.Range(0, count - Metrics.Length).Select(examples.Confusion.Recall)];
}
