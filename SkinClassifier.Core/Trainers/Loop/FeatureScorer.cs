using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Raw scores of rows of features with the current weights of a head.</summary>
internal static class FeatureScorer
{
    private const int Rows = 256;

    /// <summary>Scores [N, outputs] of features [N,F].</summary>
    public static float[] Score(Graph head, ReadOnlySpan<float> features, int length, WorkerPool workers)
    {
        int count = features.Length / length, rows = Math.Min(Rows, count);
        using InferencePlan plan = InferencePlan.Create(head, new TensorShape(rows, length), new PlanOptions { Workers = workers });
        int outputs = plan.OutputShape[1];
        float[] scores = new float[count * outputs], input = new float[rows * length], output = new float[rows * outputs];
        for (int first = 0; first < count; first += rows)
        {
            int here = Math.Min(rows, count - first);
            features.Slice(first * length, here * length).CopyTo(input);
            plan.Run(input, output);
            output.AsSpan(0, here * outputs).CopyTo(scores.AsSpan(first * outputs));
        }
        return scores;
    }
}
