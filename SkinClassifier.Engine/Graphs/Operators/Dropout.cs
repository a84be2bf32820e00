using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// In training every element becomes 0 with probability ratio, else x / (1 − ratio); otherwise y = x. The ratio is constant
/// scalar input 1 (default 0.5, allowed 0 to below 1). Whether it drops is decided by the step, not by ONNX's training_mode
/// (ONNX Dropout 13). The optional second output, the mask, holds 1 for kept and 0 for dropped.
/// </summary>
internal sealed class Dropout : Operator
{
    public Dropout(OperatorAttributes attributes)
    {
        Attributes = attributes;
        Ratio = attributes.ConstantFloat(1) ?? 0.5f;
    }

    public override string OpType => "Dropout";

    public override OperatorAttributes Attributes { get; }

    internal override string? Refusal => Ratio is >= 0 and < 1 ? null : Expect.Attribute(OpType, "ratio", $"{Ratio}", "0 to below 1");

    /// <summary>Share of the elements that is dropped.</summary>
    public float Ratio { get; }

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        return [inputs[0], inputs[0]];
    }

    /// <summary>The factor of every element: 0 or 1 / (1 − ratio).</summary>
    internal override int SavedLength(ReadOnlySpan<TensorShape> inputs) => inputs[0].ElementCount;

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.OnlyFirstVaries;

    internal override void Forward(ForwardStep step)
    {
        ReadOnlySpan<float> x = step.Input(0);
        Span<float> y = step.Output(0);
        if (!step.Training || step.Random is null)
        {
            x.CopyTo(y);
            if (!step.Saved.IsEmpty)
                step.Saved.Fill(1);
            if (step.OutputCount > 1)
                step.Output(1).Fill(1);
            return;
        }
        float kept = 1 / (1 - Ratio);
        for (int i = 0; i < y.Length; i++)
        {
            float factor = step.Random.NextSingle() < Ratio ? 0 : kept;
            y[i] = x[i] * factor;
            if (!step.Saved.IsEmpty)
                step.Saved[i] = factor;
            if (step.OutputCount > 1)
                step.Output(1)[i] = factor == 0 ? 0 : 1;
        }
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        ReadOnlySpan<float> dy = step.OutputGradient(0), factors = step.Saved;
        Span<float> dx = step.InputGradient(0);
        for (int i = 0; i < dx.Length; i++)
            dx[i] += dy[i] * (factors.IsEmpty ? 1 : factors[i]);
    }

    /// <summary>Up to opset 11 the ratio is an attribute; a file that drops while it predicts is refused.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        node.Take("is_test");
        node.Take("seed");
        if (node.Take("ratio") is float ratio)
            node.SetInput(1, scope.Constant(node, "ratio", OnnxTensor.Float(ratio)));
        if (node.Input(2).Length > 0)
        {
            // A training step of ours drops and prediction does not, whatever the file says; a file that drops while it predicts is another thing.
            if (scope.Known(node, 2) is not { Count: 1 } training)
            {
                scope.Unsupported(node, "its training_mode is computed while the network runs, which is not supported. Export the model for inference.");
                return;
            }
            if (training.AsIntegers()[0] != 0 && scope.Known(node, 1)?.AsFloats() is not [0f])
            {
                scope.Unsupported(node, "training_mode = true drops values while predicting. Export the model for inference (model.eval()).");
                return;
            }
            node.Inputs.RemoveRange(2, node.Inputs.Count - 2);
        }
        Upgrades.KeepFirstOutput(node, scope);
    }

    /// <summary>The ratio as an attribute before opset 12.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 12)
            scope.InputToFloat(node, 1, "ratio");
        scope.Emit(node);
    }
}
