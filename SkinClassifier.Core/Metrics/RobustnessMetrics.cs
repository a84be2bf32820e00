using SkinClassifier.Common;

namespace SkinClassifier.Metrics;

/// <summary>How much worse a classifier becomes when its images are corrupted: by kind of corruption and severity.</summary>
/// <param name="Seed">Seed of what is random about the corruptions.</param>
/// <param name="Accuracy">Share of correct answers on the images as they are, with one view per image.</param>
/// <param name="MeanDrop">Mean of <see cref="SeverityMetrics.Drop"/> over all kinds and severities.</param>
/// <param name="MeanFlipRate">Mean of <see cref="SeverityMetrics.FlipRate"/> over all kinds and severities.</param>
/// <param name="Corruptions">Kind by kind.</param>
public sealed record RobustnessMetrics(ulong Seed, double? Accuracy, MeasuredValue MeanDrop, MeasuredValue MeanFlipRate,
    IReadOnlyList<CorruptionMetrics> Corruptions)
{
    /// <summary>Compares predicted classes.</summary>
    /// <param name="kinds">Names of the corruptions.</param>
    /// <param name="severities">Severities of each.</param>
    /// <param name="actual">Actual classes [N].</param>
    /// <param name="predicted">Predicted classes of the images as they are, then of every kind and severity [1 + kinds · severities][N].</param>
    /// <param name="groups">Group of each image for the bootstrap; null: a group of its own.</param>
    /// <param name="seed">Seed of corruptions and bootstrap.</param>
    /// <param name="workers">Threads of the bootstrap.</param>
    internal static RobustnessMetrics Of(IReadOnlyList<string> kinds, int severities, ReadOnlySpan<int> actual, IReadOnlyList<int[]> predicted,
        IReadOnlyList<string?>? groups, ulong seed, WorkerPool workers)
    {
        int[] truth = actual.ToArray();
        int count = truth.Length, passes = kinds.Count * severities;
        // The drop of every pass, then its flips, then the drop and flips of every kind, then those of all.
        int values = 2 * passes + 2 * kinds.Count + 2;
        double?[] Compute(int[] weights)
        {
            double?[] all = new double?[values];
            double whole = weights.Sum(w => (double)w), clean = Share(i => predicted[0][i] == truth[i]);
            for (int p = 0; p < passes; p++)
            {
                int[] now = predicted[1 + p];
                all[p] = clean - Share(i => now[i] == truth[i]);
                all[passes + p] = Share(i => now[i] != predicted[0][i]);
            }
            for (int k = 0; k < kinds.Count; k++)
                for (int half = 0; half < 2; half++)
                    all[2 * passes + 2 * k + half] = all.AsSpan(half * passes + k * severities, severities).ToArray().Average();
            all[^2] = all[..passes].Average();
            all[^1] = all[passes..(2 * passes)].Average();
            return all;

            double Share(Func<int, bool> holds)
            {
                long sum = 0;
                for (int i = 0; i < weights.Length; i++)
                    if (weights[i] > 0 && holds(i))
                        sum += weights[i];
                return sum / whole;
            }
        }
        double?[] measured = count == 0 ? new double?[values] : Compute([.. Enumerable.Repeat(1, count)]);
        ConfidenceInterval?[] intervals = Bootstrap.Intervals(count, groups, seed, workers, values, Compute);
        MeasuredValue Value(int at) => new(measured[at], intervals[at]);
        double? accuracy = count == 0 ? null : (double)truth.Where((t, i) => predicted[0][i] == t).Count() / count;
        return new RobustnessMetrics(seed, accuracy, Value(values - 2), Value(values - 1), [.. kinds.Select((kind, k) => new CorruptionMetrics(kind,
            Value(2 * passes + 2 * k), Value(2 * passes + 2 * k + 1), [.. Enumerable.Range(0, severities).Select(s => k * severities + s)
                .Select((p, s) => new SeverityMetrics(s + 1, accuracy - measured[p], Value(p), Value(passes + p)))]))]);
    }
}
