using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Moves blocks of blocksize × blocksize pixels between space and channels: a permutation of the elements of [N,C,H,W].
/// <see cref="Source"/> says which input element an output element is.
/// </summary>
internal abstract class BlockOperator : Operator
{
    protected BlockOperator(OperatorAttributes attributes)
    {
        Attributes = attributes;
        BlockSize = (int)Math.Clamp(attributes.Int("blocksize", 0), 0, 4097);
    }

    public override OperatorAttributes Attributes { get; }

    /// <summary>Height and width of a block in pixels.</summary>
    public int BlockSize { get; }

    internal override string? Refusal =>
        BlockSize is < 1 or > 4096 ? Expect.Attribute(OpType, "blocksize", $"{Attributes.Int("blocksize", 0)}", "1 to 4096") : null;

    internal override bool KeepsImagesApart(BatchInputs inputs) => true;

    /// <summary>Offset of the input element that becomes output element (n, c, h, w).</summary>
    protected abstract int Source(TensorShape x, int n, int c, int h, int w);

    internal override void Forward(ForwardStep step)
    {
        TensorShape from = step.InputShape(0), to = step.OutputShape(0);
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        step.Workers.Run(to[0] * to[1], plane =>
        {
            for (int h = 0, at = plane * to[2] * to[3]; h < to[2]; h++)
                for (int w = 0; w < to[3]; w++, at++)
                    y.Span[at] = x.Span[Source(from, plane / to[1], plane % to[1], h, w)];
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        TensorShape from = step.InputShape(0), to = step.OutputShape(0);
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        step.Workers.Run(to[0] * to[1], plane => // every input element belongs to one output element: no two workers meet
        {
            for (int h = 0, at = plane * to[2] * to[3]; h < to[2]; h++)
                for (int w = 0; w < to[3]; w++, at++)
                    dx.Span[Source(from, plane / to[1], plane % to[1], h, w)] += dy.Span[at];
        });
    }

    /// <summary>Offset of (n, c, h, w) in a tensor of shape <paramref name="x"/>.</summary>
    protected static int At(TensorShape x, int n, int c, int h, int w) => ((n * x[1] + c) * x[2] + h) * x[3] + w;
}
