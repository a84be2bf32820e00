using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>
/// Integrated gradients of the scores before the probabilities: for every pixel Σ over the colors (x − b) · mean of ∂score/∂x at the
/// points b + (i + ½) / n · (x − b), i = 0 … n − 1. The sum over the pixels approaches score(x) − score(b) as n grows. One caller at a time.
/// </summary>
internal sealed class IntegratedGradientsPlan : IDisposable
{
    /// <summary>Most points at a time, and the pixels that they have together: activations of a whole network are kept for each.</summary>
    private const int MaxBatch = 4, PixelsAtATime = MaxBatch * 224 * 224;

    private readonly TrainingPlan _plan;

    /// <summary>Prepares the gradients of a network.</summary>
    /// <param name="network">One input [N,3,H,W], one output [N,K].</param>
    /// <param name="input">[1,3,H,W].</param>
    /// <param name="options">How the plan works.</param>
    public IntegratedGradientsPlan(Graph network, TensorShape input, PlanOptions options)
    {
        ClassScores scores = new(network, input);
        Graph graph = NetworkTail.Of(scores, network.Inputs[0].Name, scores.Mean)?.Graph
            ?? throw new ArgumentException($"Method: expected a network whose scores depend on the image, received {network.Name}, whose do not.");
        _plan = TrainingPlan.Create(graph, input.With(0, Math.Clamp(PixelsAtATime / (input[2] * input[3]), 1, MaxBatch)), options with
        {
            BatchNormalization = BatchNormalizationMode.Frozen,
            InputGradient = true,
            IsTrainable = static _ => false,
        });
    }

    /// <summary>The map of a class.</summary>
    /// <param name="input">x [3,H,W].</param>
    /// <param name="baseline">b [3,H,W].</param>
    /// <param name="label">Place of the class among the scores.</param>
    /// <param name="steps">n.</param>
    /// <param name="cancellationToken">Stops between runs of the network.</param>
    public HeatMap Compute(ReadOnlySpan<float> input, ReadOnlySpan<float> baseline, int label, int steps, CancellationToken cancellationToken)
    {
        int length = input.Length, plane = length / 3, classes = _plan.OutputShape[1], batch = _plan.InputShape[0];
        float[] points = new float[batch * length], wanted = new float[batch * classes];
        double[] sums = new double[length];
        for (int i = 0; i < batch; i++)
            wanted[i * classes + label] = 1;
        for (int first = 0; first < steps; first += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batch, steps - first);
            for (int i = 0; i < count; i++)
            {
                float share = (first + i + 0.5f) / steps;
                for (int p = 0; p < length; p++)
                    points[i * length + p] = baseline[p] + share * (input[p] - baseline[p]);
            }
            _plan.Forward(points);
            _plan.Backward(wanted);
            ReadOnlySpan<float> gradients = _plan.InputGradient;
            for (int i = 0; i < count; i++)
                for (int p = 0; p < length; p++)
                    sums[p] += gradients[i * length + p];
        }
        float[] raw = new float[plane];
        for (int p = 0; p < plane; p++)
        {
            double sum = 0;
            for (int q = p; q < length; q += plane)
                sum += (input[q] - baseline[q]) * sums[q] / steps;
            raw[p] = (float)sum;
        }
        return new HeatMap(raw, HeatMap.ZeroToMax(raw), null);
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
