using SkinClassifier.Execution;
using SkinClassifier.Graphs;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Running statistics of BatchNormalization for weights that never ran in training, such as an average of weights: the plain mean over batches of each
/// batch's mean and variance. Same numbers as torch.optim.swa_utils.update_bn, but for the variance, which ONNX takes without Bessel's correction.
/// </summary>
internal static class BatchStatistics
{
    /// <summary>Most batches that are looked at.</summary>
    public const int MaximumBatches = 256;

    /// <summary>1 − momentum of each running statistic of a graph, by parameter name.</summary>
    public static IReadOnlyDictionary<string, float> SharesOf(Graph graph)
    {
        Dictionary<string, float> shares = new(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes.Where(n => n.Operator.OpType == "BatchNormalization"))
            for (int input = 3; input < 5; input++)
                shares[node.Inputs[input]] = 1 - node.Operator.Attributes.Float("momentum", 0.9f);
        return shares;
    }

    /// <summary>
    /// Measures the statistics named in <paramref name="shares"/> on the batches of an epoch, 256 at most, and puts them into the network; false when
    /// cancelled, with statistics that are not usable.
    /// </summary>
    public static bool Measure(TrainingPlan plan, BatchSource source, int epoch, IReadOnlyDictionary<string, float> shares, float[] input,
        float[] targets, Func<bool> isCancelled)
    {
        Parameter[] statistics = [.. plan.Parameters.Where(p => shares.ContainsKey(p.Name))];
        if (statistics.Length == 0)
            return true;
        float[][] before = [.. statistics.Select(p => p.Value.ToArray())];
        double[][] sums = [.. statistics.Select(p => new double[p.Value.Length])];
        int batches = 0;
        source.BeginEpoch(epoch);
        while (batches < MaximumBatches && source.Next(input, targets))
        {
            if (isCancelled())
                return false;
            // From a running statistic of 0 a pass leaves share · (statistic of the batch).
            foreach (Parameter statistic in statistics)
                statistic.Value.Clear();
            plan.Forward(input);
            for (int i = 0; i < statistics.Length; i++)
            {
                ReadOnlySpan<float> value = statistics[i].Value;
                float share = shares[statistics[i].Name];
                for (int c = 0; c < value.Length; c++)
                    sums[i][c] += value[c] / share;
            }
            batches++;
        }
        for (int i = 0; i < statistics.Length; i++)
        {
            Span<float> value = statistics[i].Value;
            for (int c = 0; c < value.Length; c++)
                value[c] = batches == 0 || !double.IsFinite(sums[i][c]) ? before[i][c] : (float)(sums[i][c] / batches);
        }
        return true;
    }
}
