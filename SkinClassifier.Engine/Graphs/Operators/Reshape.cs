using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// The same elements under the shape of constant input 1: 0 copies the input's length (or means 0 when allowzero = 1), one −1 is
/// what remains (ONNX Reshape 19).
/// </summary>
internal sealed class Reshape : ReshapingOperator
{
    public Reshape(OperatorAttributes attributes)
    {
        Attributes = attributes;
        Target = attributes.ConstantInts(1)
            ?? throw new Common.UnsupportedContentException("Reshape: expected a constant shape (input 1), received one that is computed from the "
                + "image. Export the network with fixed or symbolic lengths folded.");
        AllowZero = attributes.Int("allowzero", 0) != 0;
    }

    public override string OpType => "Reshape";

    public override OperatorAttributes Attributes { get; }

    /// <summary>The target shape as ONNX writes it.</summary>
    public IReadOnlyList<long> Target { get; }

    /// <summary>Whether 0 means an empty axis.</summary>
    public bool AllowZero { get; }

    public override TensorShape[] InferShapes(ReadOnlySpan<TensorShape> inputs)
    {
        Expect.Inputs(OpType, inputs, 1, 1);
        TensorShape x = inputs[0];
        long known = 1;
        int open = -1;
        int[] lengths = new int[Target.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            long length = Target[i];
            if (length == 0 && !AllowZero)
                length = i < x.Rank ? x[i] : throw Error(x);
            if (length == -1 && open < 0)
                open = i;
            else if (length is < 0 or > int.MaxValue)
                throw Error(x);
            else
            {
                lengths[i] = (int)length;
                known = Math.Min(known * length, long.MaxValue / int.MaxValue);
            }
        }
        int count = x.ElementCount;
        if (open >= 0)
        {
            if (known == 0 || count % known != 0)
                throw Error(x);
            lengths[open] = (int)(count / known);
        }
        else if (known != count)
            throw Error(x);
        return [new TensorShape(lengths)];
    }

    private Common.ShapeMismatchException Error(TensorShape x) => Expect.Error(OpType, $"an input that fits the shape [{string.Join(",", Target)}]", $"{x}");
}
