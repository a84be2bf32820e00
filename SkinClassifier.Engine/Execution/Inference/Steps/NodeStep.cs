using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Inference.Steps;

/// <summary>One value of a node on its plain loop: a parameter, or a buffer with its shapes for a full and for the last pass.</summary>
internal sealed record NodeValue(Tensor? Parameter, PlanBuffer? Buffer, TensorShape Full, TensorShape Rest)
{
    /// <summary>The value with its memory.</summary>
    public StepValue ToStepValue(bool full)
    {
        TensorShape shape = full ? Full : Rest;
        return Parameter is not null ? new StepValue(Parameter.Shape, Parameter.Memory)
            : Buffer is not null ? new StepValue(shape, Buffer.Memory[..shape.ElementCount])
            : default;
    }
}

/// <summary>One operator on its plain loop over N C H W.</summary>
internal sealed class NodeStep(Node node, NodeValue[] inputs, NodeValue[] outputs, int fullImages) : InferenceStep
{
    private StepValue[][]? _values;

    /// <inheritdoc/>
    public override string Name => $"{node.Operator.OpType} (plain)";

    /// <inheritdoc/>
    public override IEnumerable<PlanBuffer> Buffers => inputs.Concat(outputs).Select(v => v.Buffer).OfType<PlanBuffer>();

    /// <inheritdoc/>
    public override void Run(int images, WorkerPool workers)
    {
        _values ??= [Bind(inputs, true), Bind(outputs, true), Bind(inputs, false), Bind(outputs, false)];
        int at = images == fullImages ? 0 : 2;
        node.Operator.Forward(new ForwardStep(_values[at], _values[at + 1], workers: workers));
    }

    private static StepValue[] Bind(NodeValue[] values, bool full) => [.. values.Select(v => v.ToStepValue(full))];
}
