using System.Numerics;
using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// y = min(max(x, min), max). The bounds are constant scalar inputs 1 and 2 (Clip 13); an absent bound does not limit. The gradient at and outside a
/// bound is 0.
/// </summary>
internal sealed class Clip(OperatorAttributes attributes) : UnaryOperator
{
    public override string OpType => "Clip";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Lower bound; −∞ when absent.</summary>
    public float Min { get; } = attributes.ConstantFloat(1) ?? float.NegativeInfinity;

    /// <summary>Upper bound; +∞ when absent.</summary>
    public float Max { get; } = attributes.ConstantFloat(2) ?? float.PositiveInfinity;

    protected override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        int i = 0;
        Vector<float> low = new(Min), high = new(Max);
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> v = new(x[i..]);
            v = Vector.ConditionalSelect(Vector.LessThan(v, low), low, v);
            Vector.ConditionalSelect(Vector.GreaterThan(v, high), high, v).CopyTo(y[i..]);
        }
        for (; i < y.Length; i++)
        {
            float value = x[i] < Min ? Min : x[i];
            y[i] = value > Max ? Max : value;
        }
    }

    protected override void AddGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < dx.Length; i++)
            if (x[i] > Min && x[i] < Max)
                dx[i] += dy[i];
    }

    /// <summary>Up to opset 10 the bounds are attributes.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        for (int i = 1; i <= 2; i++)
            if (node.Take(i == 1 ? "min" : "max") is float bound)
                node.SetInput(i, scope.Constant(node, i == 1 ? "min" : "max", OnnxTensor.Float(bound)));
        scope.Emit(node);
    }

    /// <summary>Bounds as attributes before opset 11.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 11)
        {
            scope.InputToFloat(node, 1, "min");
            scope.InputToFloat(node, 2, "max");
        }
        scope.Emit(node);
    }
}
