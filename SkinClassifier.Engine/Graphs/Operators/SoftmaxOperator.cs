using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>What Softmax and LogSoftmax share: independent lines along one axis (default the last); X and Y have the same shape.</summary>
internal abstract class SoftmaxOperator(OperatorAttributes attributes) : Operator
{
    public override OperatorAttributes Attributes => attributes;

    /// <summary>The axis along which probabilities sum to 1; negative counts from the end.</summary>
    public long Axis { get; } = attributes.Int("axis", -1);

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        return check.Inputs(inputs, 1, 1) && check.Axis(Axis, inputs[0].Rank, out int _) ? [inputs[0]] : null;
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => inputs.IsInner(Axis);

    internal override void Forward(ForwardStep step)
    {
        Axes axes = AxesOf(step.InputShape(0));
        ReadOnlyMemory<float> input = step.InputMemory(0);
        Memory<float> output = step.OutputMemory(0);
        step.Workers.Run(axes.Outer, outer =>
        {
            int size = axes.Length * axes.Inner;
            ReadOnlySpan<float> x = input.Span.Slice(outer * size, size);
            Span<float> y = output.Span.Slice(outer * size, size);
            for (int inner = 0; inner < axes.Inner; inner++)
                ForwardLine(x[inner..], y[inner..], axes.Inner);
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        Axes axes = AxesOf(step.InputShape(0));
        ReadOnlyMemory<float> output = step.OutputMemory(0), upper = step.OutputGradientMemory(0);
        Memory<float> gradient = step.InputGradientMemory(0);
        step.Workers.Run(axes.Outer, outer =>
        {
            int size = axes.Length * axes.Inner;
            ReadOnlySpan<float> y = output.Span.Slice(outer * size, size), dy = upper.Span.Slice(outer * size, size);
            Span<float> dx = gradient.Span.Slice(outer * size, size);
            for (int inner = 0; inner < axes.Inner; inner++)
                BackwardLine(y[inner..], dy[inner..], dx[inner..], axes.Inner);
        });
    }

    /// <summary>One line of the output: every <paramref name="stride"/>-th value, from the first on.</summary>
    protected abstract void ForwardLine(ReadOnlySpan<float> x, Span<float> y, int stride);

    /// <summary>Adds one line of the gradient: every <paramref name="stride"/>-th value, from the first on.</summary>
    protected abstract void BackwardLine(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int stride);

    /// <summary>The largest value of a line.</summary>
    protected static float Largest(ReadOnlySpan<float> x, int stride)
    {
        float max = float.NegativeInfinity;
        for (int i = 0; i < x.Length; i += stride)
            max = MathF.Max(max, x[i]);
        return max;
    }

    private Axes AxesOf(TensorShape shape) => Axes.Of(shape, Operators.Axes.Index(Axis, shape.Rank));

    /// <summary>Up to opset 12 the input counts as a matrix whose rows start at the axis (default 1).</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        if (scope.Opset >= 13)
        {
            scope.Emit(node);
            return;
        }
        TensorShape shape = scope.Shape(node, 0);
        long axis = node.Int("axis", 1);
        int at = (int)(axis < 0 ? axis + shape.Rank : axis);
        if (at < 0 || at > shape.Rank)
        {
            scope.Damaged(node, $"axis {axis} does not fit a value of shape {shape}.");
            return;
        }
        if (at >= shape.Rank - 1)
        {
            if (at == shape.Rank)
            {
                scope.Unsupported(node, "an axis behind the last one is not supported.");
                return;
            }
            node.Attributes["axis"] = -1L;
            scope.Emit(node);
            return;
        }
        string flat = scope.Fresh(node, "flat"), soft = scope.Fresh(node, "soft");
        scope.Emit(new FileNode("Flatten", $"{node.Name}/Flatten", [node.Input(0)], [flat]) { Attributes = { ["axis"] = (long)at } });
        scope.Emit(new FileNode(node.OpType, node.Name, [flat], [soft]) { Attributes = { ["axis"] = -1L } });
        string target = scope.Constant(node, "shape", OnnxTensor.Ints([-1, .. shape.Lengths[1..].ToArray().Select(l => (long)l)]));
        scope.Emit(new FileNode("Reshape", $"{node.Name}/Reshape", [soft, target], node.Outputs));
    }

    /// <summary>Up to opset 12 everything behind the axis counts: the axis must be the last one.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset >= 13)
        {
            scope.Emit(node);
            return;
        }
        int rank = scope.Rank(node.Input(0));
        long axis = node.Int("axis", -1);
        axis = axis < 0 ? axis + rank : axis;
        if (axis == rank - 1)
        {
            node.Attributes["axis"] = axis;
            scope.Emit(node);
            return;
        }
        long[] swap = [.. Enumerable.Range(0, rank).Select(i => i == axis ? rank - 1L : i == rank - 1 ? axis : i)];
        string turned = scope.Emit(node, "Transpose", "turned", ("perm", swap), node.Input(0));
        string soft = scope.Emit(node, node.OpType, "soft", ("axis", rank - 1L), turned);
        scope.Emit(new FileNode("Transpose", node.Name, [soft], node.Outputs) { Attributes = { ["perm"] = swap } });
    }
}
