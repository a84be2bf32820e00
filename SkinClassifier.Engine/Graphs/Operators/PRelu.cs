using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = x for x ≥ 0, slope · x below; the slope (input 1) broadcasts to x.</summary>
internal sealed class PRelu : BinaryOperator
{
    public override string OpType => "PRelu";

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) =>
        base.Infer(inputs, check) is TensorShape[] result && check.Shape("result of X and slope", result[0], inputs[0]) ? result : null;

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i * stepA] < 0 ? b[i * stepB] * a[i * stepA] : a[i * stepA];
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
    {
        for (int i = 0; i < slopes.Length; i++)
        {
            float x = a[i * stepA];
            slopes[i] = input == 0 ? (x < 0 ? b[i * stepB] : 1) : (x < 0 ? x : 0);
        }
    }

    /// <summary>Up to opset 6 a slope of rank 1 is one number per channel.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        if (scope.Opset < 7 && scope.Shape(node, 1) is { Rank: 1 } slope && slope[0] > 1 && scope.Shape(node, 0).Rank > 2)
            Upgrades.AxesBehind(node, scope, 1, slope, scope.Shape(node, 0).Rank - 2);
        scope.Emit(node);
    }
}
