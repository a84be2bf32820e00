using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Axes in another order: axis i of Y is axis perm[i] of X; without perm the order is reversed (ONNX Transpose 13).</summary>
internal sealed class Transpose(OperatorAttributes attributes) : Operator
{
    private readonly long[]? _order = attributes.Ints("perm");

    public override string OpType => "Transpose";

    public override OperatorAttributes Attributes => attributes;

    /// <summary>The order of the axes for inputs of that rank, which perm fits.</summary>
    public int[] Order(int rank) => _order is null ? [.. Enumerable.Range(0, rank).Reverse()] : [.. _order.Select(a => (int)a)];

    internal override bool KeepsImagesApart(BatchInputs inputs) => _order is [0, ..];

    internal override TensorShape[]? Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check)
    {
        if (!check.Inputs(inputs, 1, 1))
            return null;
        TensorShape x = inputs[0];
        if (_order is not null && (_order.Length != x.Rank || !_order.Order().SequenceEqual(Enumerable.Range(0, x.Rank).Select(i => (long)i))))
            return check.Misfit($"perm that holds 0 to {x.Rank - 1} once each", $"[{string.Join(",", _order)}]");
        return [new TensorShape([.. Order(x.Rank).Select(axis => x[axis])])];
    }

    internal override void Forward(ForwardStep step)
    {
        Source source = new(Order(step.InputShape(0).Rank), step.InputShape(0), step.OutputShape(0));
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        Rows.RunGroups(step.Workers, source.Rows, source.Length, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> to = y.Span.Slice(row * source.Length, source.Length);
                ReadOnlySpan<float> from = x.Span[source.Start(row)..];
                for (int i = 0; i < to.Length; i++)
                    to[i] = from[i * source.Step];
            }
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        Source source = new(Order(step.InputShape(0).Rank), step.InputShape(0), step.OutputShape(0));
        ReadOnlyMemory<float> dy = step.OutputGradientMemory(0);
        Memory<float> dx = step.InputGradientMemory(0);
        Rows.RunGroups(step.Workers, source.Rows, source.Length, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<float> from = dy.Span.Slice(row * source.Length, source.Length);
                Span<float> to = dx.Span[source.Start(row)..];
                for (int i = 0; i < from.Length; i++)
                    to[i * source.Step] += from[i];
            }
        });
    }

    /// <summary>Where the rows (last axis) of the result lie in the input.</summary>
    private sealed class Source
    {
        private readonly int[] _lengths, _strides;

        public Source(int[] order, TensorShape x, TensorShape y)
        {
            int[] strides = new int[x.Rank];
            for (int axis = x.Rank - 1, stride = 1; axis >= 0; stride *= x[axis--])
                strides[axis] = stride;
            _lengths = y.Lengths.ToArray();
            _strides = [.. order.Select(axis => strides[axis])];
            Length = y.Rank == 0 ? 1 : _lengths[^1];
            Step = y.Rank == 0 ? 1 : _strides[^1];
            Rows = Length == 0 ? 0 : y.ElementCount / Length;
        }

        public int Rows { get; }

        public int Length { get; }

        public int Step { get; }

        public int Start(int row)
        {
            int start = 0;
            for (int axis = _lengths.Length - 2; axis >= 0; axis--)
            {
                start += row % _lengths[axis] * _strides[axis];
                row /= _lengths[axis];
            }
            return start;
        }
    }
}
