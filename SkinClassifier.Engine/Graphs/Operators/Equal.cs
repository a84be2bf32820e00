using SkinClassifier.Graphs.Files;

namespace SkinClassifier.Graphs.Operators;

/// <summary>y = 1 where a = b, else 0, with broadcasting. The gradient is 0.</summary>
internal sealed class Equal : BinaryOperator
{
    public override string OpType => "Equal";

    internal override bool IsTrainable(int input) => false;

    protected override void Map(ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i * stepA] == b[i * stepB] ? 1 : 0;
    }

    protected override void Slopes(int input, ReadOnlySpan<float> a, int stepA, ReadOnlySpan<float> b, int stepB, ReadOnlySpan<float> y, Span<float> slopes)
        => slopes.Clear();

    /// <summary>Floats can be compared from opset 11 on; the output is bool.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 11)
            throw scope.Unsupported(node, "comparing floats needs opset 11 or newer.");
        Downgrades.FloatOutput(node, scope);
    }
}
