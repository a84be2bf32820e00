using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Y = alpha · A′ · B′ + beta · C, where A′ = A or its transpose (transA), B′ likewise (transB). A′ [M,K], B′ [K,N], C optional
/// and broadcast to [M,N] → Y [M,N]. Defaults: alpha 1, beta 1, transA 0, transB 0 (ONNX Gemm 13).
/// </summary>
internal sealed class Gemm(OperatorAttributes attributes) : Operator
{
    public override string OpType => "Gemm";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>Factor of the product.</summary>
    public float Alpha { get; } = attributes.Float("alpha", 1);

    /// <summary>Factor of C.</summary>
    public float Beta { get; } = attributes.Float("beta", 1);

    /// <summary>Whether A is transposed.</summary>
    public bool TransA { get; } = attributes.Int("transA", 0) != 0;

    /// <summary>Whether B is transposed.</summary>
    public bool TransB { get; } = attributes.Int("transB", 0) != 0;

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 2, 3))
            return null;
        TensorShape a = inputs[0], b = inputs[1];
        if (!check.Rank("A", a, 2, 2) || !check.Rank("B", b, 2, 2))
            return null;
        if (a[TransA ? 0 : 1] != b[TransB ? 1 : 0])
            return check.Misfit($"A and B with equal inner lengths (transA {(TransA ? 1 : 0)}, transB {(TransB ? 1 : 0)})", $"{a} and {b}");
        TensorShape y = new(a[TransA ? 1 : 0], b[TransB ? 0 : 1]);
        if (inputs.Length == 3 && inputs[2].Rank > 0)
            if (Broadcast.Shape(check, inputs[2], y) is not TensorShape c)
                return null;
            else if (c != y)
                return check.Misfit($"C that broadcasts to {y}", $"{inputs[2]}");
        return [y];
    }

    internal override bool KeepsImagesApart(BatchInputs inputs) => !TransA && inputs.IsParameter(1)
        && (!inputs.Has(2) || inputs.IsParameter(2) && (inputs.Shape(2).Rank < 2 || inputs.Shape(2)[0] == 1));

    internal override void Forward(ForwardStep step)
    {
        Memory<float> y = step.OutputMemory(0);
        if (step.Has(2))
            AddBias(step.InputShape(2), step.OutputShape(0), step.Input(2), y.Span);
        else
            y.Span.Clear();
        Matrices.AddProduct(step.Workers, Alpha, Left(step.InputShape(0), step.InputMemory(0)), Right(step.InputShape(1), step.InputMemory(1)), y, 0);
    }

    internal override void Backward(BackwardStep step)
    {
        TensorShape shape = step.OutputShape(0);
        Matrix a = Left(step.InputShape(0), step.InputMemory(0)), b = Right(step.InputShape(1), step.InputMemory(1));
        Matrix dy = new(step.OutputGradientMemory(0), 0, shape[0], shape[1]);
        if (step.Wants(0)) // dA′ = alpha · dY · B′ᵀ, stored transposed when transA
            AddTo(step, 0, TransA, dy, b.Transposed);
        if (step.Wants(1)) // dB′ = alpha · A′ᵀ · dY
            AddTo(step, 1, TransB, a.Transposed, dy);
        if (step.Wants(2))
        {
            Broadcast broadcast = new(OpType, step.InputShape(2), shape);
            Memory<float> dc = step.InputGradientMemory(2);
            ReadOnlyMemory<float> upper = step.OutputGradientMemory(0);
            int stepC = broadcast.InnerSteps.A;
            broadcast.ForRows(0, upper.Length, (o, ic, _, length) =>
            {
                for (int i = 0; i < length; i++)
                    dc.Span[ic + i * stepC] += Beta * upper.Span[o + i];
            });
        }
    }

    private void AddTo(BackwardStep step, int input, bool transposed, Matrix left, Matrix right)
    {
        if (transposed)
            Matrices.AddProduct(step.Workers, Alpha, right.Transposed, left.Transposed, step.InputGradientMemory(input), 0);
        else
            Matrices.AddProduct(step.Workers, Alpha, left, right, step.InputGradientMemory(input), 0);
    }

    private void AddBias(TensorShape shape, TensorShape output, ReadOnlySpan<float> c, Span<float> y)
    {
        int rows = shape.Rank == 2 ? shape[0] : 1, columns = shape.Rank == 0 ? 1 : shape[shape.Rank - 1];
        for (int row = 0; row < output[0]; row++)
            for (int column = 0; column < output[1]; column++)
                y[row * output[1] + column] = Beta * c[(rows == 1 ? 0 : row) * columns + (columns == 1 ? 0 : column)];
    }

    private Matrix Left(TensorShape shape, ReadOnlyMemory<float> values)
    {
        Matrix matrix = new(values, 0, shape[0], shape[1]);
        return TransA ? matrix.Transposed : matrix;
    }

    private Matrix Right(TensorShape shape, ReadOnlyMemory<float> values)
    {
        Matrix matrix = new(values, 0, shape[0], shape[1]);
        return TransB ? matrix.Transposed : matrix;
    }

    /// <summary>Up to opset 6 C is broadcast only with an attribute.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
    {
        node.Take("broadcast");
        scope.Emit(node);
    }

    /// <summary>C must be given before opset 11.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 11 && node.Input(2).Length == 0)
            node.SetInput(2, scope.Constant(node, "zero", new OnnxTensor(new TensorShape(1), [0f])));
        scope.Emit(node);
    }
}
