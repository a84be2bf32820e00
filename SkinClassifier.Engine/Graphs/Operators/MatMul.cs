using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Matrix product as numpy.matmul: A [… ,M,K] · B [… ,K,N] → Y [… ,M,N]; leading axes broadcast; a 1-D input is a row (A) or a
/// column (B) whose added axis is dropped from the result (ONNX MatMul 13).
/// </summary>
internal sealed class MatMul : Operator
{
    public override string OpType => "MatMul";

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 2, 2) || !check.Rank("A", inputs[0], 1, 8) || !check.Rank("B", inputs[1], 1, 8))
            return null;
        TensorShape a = inputs[0], b = inputs[1];
        if (a[a.Rank - 1] != b[b.Rank == 1 ? 0 : b.Rank - 2])
            return check.Misfit("A and B with equal inner lengths", $"{a} and {b}");
        return Broadcast.Shape(check, Leading(a), Leading(b)) is TensorShape leading ? [Layout.Result(leading, a, b)] : null;
    }

    internal override bool KeepsImagesApart(BatchInputs inputs)
    {
        int rank = inputs.OutputRank;
        bool weights = inputs.IsParameter(1);
        return !inputs.IsParameter(0) && (!weights || inputs.Shape(1).Rank < rank) && inputs.Shape(0).Rank == rank
            && (weights || rank > 2 && inputs.Shape(1).Rank == rank);
    }

    internal override void Forward(ForwardStep step)
    {
        Layout l = new(OpType, step.InputShape(0), step.InputShape(1));
        ReadOnlyMemory<float> a = step.InputMemory(0), b = step.InputMemory(1);
        Memory<float> y = step.OutputMemory(0);
        y.Span.Clear();
        Common.WorkerPool workers = step.Workers;
        l.ForMatrices((o, ia, ib) => Matrices.AddProduct(workers, 1, l.A(a, ia), l.B(b, ib), y, o * l.M * l.N));
    }

    internal override void Backward(BackwardStep step)
    {
        Layout l = new(OpType, step.InputShape(0), step.InputShape(1));
        ReadOnlyMemory<float> a = step.InputMemory(0), b = step.InputMemory(1), dy = step.OutputGradientMemory(0);
        Memory<float> da = step.Wants(0) ? step.InputGradientMemory(0) : default, db = step.Wants(1) ? step.InputGradientMemory(1) : default;
        Common.WorkerPool workers = step.Workers;
        l.ForMatrices((o, ia, ib) =>
        {
            Matrix upper = new(dy, o * l.M * l.N, l.M, l.N);
            if (!da.IsEmpty)
                Matrices.AddProduct(workers, 1, upper, l.B(b, ib).Transposed, da, ia * l.M * l.K);
            if (!db.IsEmpty)
                Matrices.AddProduct(workers, 1, l.A(a, ia).Transposed, upper, db, ib * l.K * l.N);
        });
    }

    private static TensorShape Leading(TensorShape shape) => new(shape.Rank == 1 ? [] : shape.Lengths[..^2]);

    private sealed class Layout
    {
        private readonly Broadcast _broadcast;

        public Layout(string opType, TensorShape a, TensorShape b)
        {
            bool row = a.Rank == 1, column = b.Rank == 1;
            M = row ? 1 : a[a.Rank - 2];
            K = a[a.Rank - 1];
            N = column ? 1 : b[b.Rank - 1];
            _broadcast = new Broadcast(opType, Leading(a), Leading(b));
            Output = Result(_broadcast.Output, a, b);
        }

        /// <summary>Shape of the result from the joined leading axes and both inputs.</summary>
        public static TensorShape Result(TensorShape leading, TensorShape a, TensorShape b)
        {
            List<int> lengths = [.. leading.Lengths];
            if (a.Rank > 1)
                lengths.Add(a[a.Rank - 2]);
            if (b.Rank > 1)
                lengths.Add(b[b.Rank - 1]);
            return new TensorShape([.. lengths]);
        }

        public int M { get; }

        public int K { get; }

        public int N { get; }

        public TensorShape Output { get; }

        public Matrix A(ReadOnlyMemory<float> values, int index) => new(values, index * M * K, M, K);

        public Matrix B(ReadOnlyMemory<float> values, int index) => new(values, index * K * N, K, N);

        /// <summary>Calls <paramref name="work"/>(result matrix, matrix of A, matrix of B), in order.</summary>
        public void ForMatrices(Action<int, int, int> work)
        {
            (int stepA, int stepB) = _broadcast.InnerSteps;
            _broadcast.ForRows(0, _broadcast.Output.ElementCount, (o, ia, ib, count) =>
            {
                for (int i = 0; i < count; i++)
                    work(o + i, ia + i * stepA, ib + i * stepB);
            });
        }
    }
}
