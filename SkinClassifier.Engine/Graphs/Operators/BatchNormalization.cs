using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// y = scale · (x − mean) / √(var + epsilon) + B per channel. X [N,C,…], scale, B, mean, var [C] → Y [N,C,…].
/// In training mean and var are those of the batch (population variance), and the running ones become
/// running · momentum + batch · (1 − momentum), as ONNX BatchNormalization 15 defines (PyTorch stores the unbiased variance
/// and counts momentum the other way round). Otherwise the running ones are used and stay.
/// Defaults: epsilon 1e-5, momentum 0.9. Source: Ioffe and Szegedy, 2015.
/// </summary>
internal sealed class BatchNormalization(OperatorAttributes attributes) : Operator
{
    public override string OpType => "BatchNormalization";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Added to the variance before the root.</summary>
    public float Epsilon { get; } = attributes.Float("epsilon", 1e-5f);

    /// <summary>Share of the old running statistic that is kept.</summary>
    public float Momentum { get; } = attributes.Float("momentum", 0.9f);

    internal override bool IsTrainable(int input) => input is not (3 or 4);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 5, 5))
            return null;
        TensorShape x = inputs[0];
        if (!check.Rank("X", x, 2, 8))
            return null;
        ReadOnlySpan<string> names = ["X", "scale", "B", "mean", "var"];
        for (int i = 1; i < 5; i++)
            if (!check.Shape(names[i], inputs[i], new TensorShape(x[1])))
                return null;
        return [x];
    }

    /// <summary>The batch's mean and 1 / √(var + epsilon) per channel.</summary>
    internal override int SavedLength(ReadOnlySpan<TensorShape> inputs) => 2 * inputs[0][1];

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        int batch = shape[0], channels = shape[1], plane = batch == 0 || channels == 0 ? 0 : shape.ElementCount / batch / channels;
        ReadOnlyMemory<float> x = step.InputMemory(0), scale = step.InputMemory(1), bias = step.InputMemory(2);
        Memory<float> y = step.OutputMemory(0);
        float[] means = new float[channels], inverses = new float[channels];
        if (step.Training)
        {
            double count = (double)batch * plane;
            float[] variances = new float[channels];
            step.Workers.Run(channels, c =>
            {
                double sum = 0, squares = 0;
                for (int n = 0; n < batch; n++)
                    sum += Rows.Sum(x.Span.Slice((n * channels + c) * plane, plane));
                double mean = sum / count;
                for (int n = 0; n < batch; n++)
                    foreach (float value in x.Span.Slice((n * channels + c) * plane, plane))
                        squares += (value - mean) * (value - mean);
                means[c] = (float)mean;
                variances[c] = (float)(squares / count);
                inverses[c] = (float)(1 / Math.Sqrt(squares / count + Epsilon));
            });
            Span<float> runningMean = step.RunningStatistic(3), runningVariance = step.RunningStatistic(4);
            for (int c = 0; c < channels; c++)
            {
                runningMean[c] = runningMean[c] * Momentum + means[c] * (1 - Momentum);
                runningVariance[c] = runningVariance[c] * Momentum + variances[c] * (1 - Momentum);
            }
            if (!step.Saved.IsEmpty)
            {
                means.CopyTo(step.Saved);
                inverses.CopyTo(step.Saved[channels..]);
            }
        }
        else
        {
            step.Input(3).CopyTo(means);
            for (int c = 0; c < channels; c++)
                inverses[c] = (float)(1 / Math.Sqrt((double)step.Input(4)[c] + Epsilon));
        }
        step.Workers.Run(batch * channels, chunk =>
        {
            int c = chunk % channels;
            float factor = scale.Span[c] * inverses[c], mean = means[c], offset = bias.Span[c];
            ReadOnlySpan<float> from = x.Span.Slice(chunk * plane, plane);
            Span<float> to = y.Span.Slice(chunk * plane, plane);
            for (int i = 0; i < to.Length; i++)
                to[i] = (from[i] - mean) * factor + offset;
        });
    }

    internal override void Backward(BackwardStep step)
    {
        TensorShape shape = step.InputShape(0);
        int batch = shape[0], channels = shape[1], plane = batch == 0 || channels == 0 ? 0 : shape.ElementCount / batch / channels;
        ReadOnlyMemory<float> x = step.InputMemory(0), scale = step.InputMemory(1), dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.Wants(0) ? step.InputGradientMemory(0) : default;
        Memory<float> dScale = step.Wants(1) ? step.InputGradientMemory(1) : default, dBias = step.Wants(2) ? step.InputGradientMemory(2) : default;
        float[] means = new float[channels], inverses = new float[channels];
        bool batchStatistics = step.Training;
        if (batchStatistics)
        {
            step.Saved[..channels].CopyTo(means);
            step.Saved[channels..].CopyTo(inverses);
        }
        else
        {
            step.Input(3).CopyTo(means);
            for (int c = 0; c < channels; c++)
                inverses[c] = (float)(1 / Math.Sqrt((double)step.Input(4)[c] + Epsilon));
        }
        step.Workers.Run(channels, c =>
        {
            double sum = 0, products = 0; // Σ dy and Σ dy · normalized x
            float mean = means[c], inverse = inverses[c], factor = scale.Span[c] * inverse;
            for (int n = 0; n < batch; n++)
            {
                int start = (n * channels + c) * plane;
                ReadOnlySpan<float> from = x.Span.Slice(start, plane), upper = dy.Span.Slice(start, plane);
                for (int i = 0; i < plane; i++)
                {
                    sum += upper[i];
                    products += (double)upper[i] * ((from[i] - mean) * inverse);
                }
            }
            if (!dScale.IsEmpty)
                dScale.Span[c] += (float)products;
            if (!dBias.IsEmpty)
                dBias.Span[c] += (float)sum;
            if (dx.IsEmpty)
                return;
            double count = (double)batch * plane;
            float meanOfGradient = batchStatistics ? (float)(sum / count) : 0, meanOfProducts = batchStatistics ? (float)(products / count) : 0;
            for (int n = 0; n < batch; n++)
            {
                int start = (n * channels + c) * plane;
                ReadOnlySpan<float> from = x.Span.Slice(start, plane), upper = dy.Span.Slice(start, plane);
                Span<float> to = dx.Span.Slice(start, plane);
                for (int i = 0; i < plane; i++)
                    to[i] += factor * (upper[i] - meanOfGradient - (from[i] - mean) * inverse * meanOfProducts);
            }
        });
    }

    /// <summary>Attributes of older opsets that say how to train; what would change predictions is refused.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        node.Take("is_test");
        if (node.Take("training_mode") is 1L)
        {
            scope.Unsupported(
                node, "training_mode = 1 normalizes by the statistics of the batch while predicting. Export the model for inference (model.eval()).");
            return;
        }
        if (node.Take("spatial") is 0L)
        {
            scope.Unsupported(node, "spatial = 0 (statistics per pixel) is not supported. Export the model with opset 9 or newer.");
            return;
        }
        Upgrades.KeepFirstOutput(node, scope);
    }
}
