using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// One value from all elements along some axes. The axes are constant input 1 (absent or empty: all axes, or none when
/// noop_with_empty_axes = 1); keepdims = 1 (default) leaves them with length 1 (opset 18).
/// </summary>
internal abstract class ReduceOperator : Operator
{
    protected ReduceOperator(OperatorAttributes attributes)
    {
        Attributes = attributes;
        ReducedAxes = attributes.ConstantInts(1) ?? [];
        KeepDims = attributes.Int("keepdims", 1) != 0;
        IsIdentityWhenEmpty = attributes.Int("noop_with_empty_axes", 0) != 0;
    }

    public override OperatorAttributes Attributes { get; }

    /// <summary>The axes as ONNX writes them; negative ones count from the end.</summary>
    public IReadOnlyList<long> ReducedAxes { get; }

    /// <summary>Whether reduced axes stay with length 1.</summary>
    public bool KeepDims { get; }

    private bool IsIdentityWhenEmpty { get; }

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        foreach (long axis in ReducedAxes)
            if (!check.Axis(axis, inputs[0].Rank, out int _))
                return null;
        bool[] reduced = Reduced(inputs[0]);
        List<int> lengths = [];
        for (int axis = 0; axis < reduced.Length; axis++)
            if (!reduced[axis])
                lengths.Add(inputs[0][axis]);
            else if (KeepDims)
                lengths.Add(1);
        return [new TensorShape([.. lengths])];
    }

    /// <summary>Whether axes are named and the batch is not among them.</summary>
    protected bool KeepsFirstAxis(BatchInputs inputs) => ReducedAxes.Count > 0 && ReducedAxes.All(a => a != 0 && a != -inputs.Shape(0).Rank);

    /// <summary>Which element of the result (a) every element of <paramref name="x"/> (b) belongs to.</summary>
    protected Broadcast Targets(TensorShape x)
    {
        TensorShape kept = x;
        bool[] reduced = Reduced(x);
        for (int axis = 0; axis < reduced.Length; axis++)
            if (reduced[axis])
                kept = kept.With(axis, 1);
        return new Broadcast(OpType, kept, x);
    }

    private bool[] Reduced(TensorShape x)
    {
        bool[] reduced = new bool[x.Rank];
        if (ReducedAxes.Count == 0)
            Array.Fill(reduced, !IsIdentityWhenEmpty);
        foreach (long axis in ReducedAxes)
            reduced[Axes.Index(axis, x.Rank)] = true;
        return reduced;
    }
}
