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
        if (!(Ratio is >= 0 and < 1))
            throw Expect.Attribute(OpType, "ratio", $"{Ratio}", "0 to below 1");
    }

    public override string OpType => "Dropout";

    public override OperatorAttributes Attributes { get; }

    /// <summary>Share of the elements that is dropped.</summary>
    public float Ratio { get; }

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        return [inputs[0], inputs[0]];
    }

    /// <summary>The factor of every element: 0 or 1 / (1 − ratio).</summary>
    internal override int SavedLength(ReadOnlySpan<TensorShape> inputs) => inputs[0].ElementCount;

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
}
