using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>
/// Every element of the result is one element of the input or a constant, chosen axis by axis:
/// y[i, j, …] = x[map0[i], map1[j], …], or <see cref="Fill"/> where a map says −1. Slice, Pad, Expand, Gather, nearest Resize.
/// </summary>
internal abstract class SelectionOperator : Operator
{
    /// <summary>The value where a map says −1.</summary>
    protected virtual float Fill => 0;

    /// <summary>One map per axis of <paramref name="x"/> (of the result, when the input is repeated along new first axes).</summary>
    protected abstract int[][] Maps(TensorShape x);

    internal override void Forward(ForwardStep step)
    {
        int[][] maps = Maps(step.InputShape(0));
        Sources sources = new(maps, step.InputShape(0));
        ReadOnlyMemory<float> x = step.InputMemory(0);
        Memory<float> y = step.OutputMemory(0);
        int[] last = maps.Length == 0 ? [0] : maps[^1];
        Rows.RunGroups(step.Workers, last.Length == 0 ? 0 : y.Length / last.Length, last.Length, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                int start = sources.Start(row);
                Span<float> to = y.Span.Slice(row * last.Length, last.Length);
                for (int i = 0; i < to.Length; i++)
                    to[i] = start < 0 || last[i] < 0 ? Fill : x.Span[start + last[i]];
            }
        });
    }

    internal override void Backward(BackwardStep step)
    {
        if (!step.Wants(0))
            return;
        int[][] maps = Maps(step.InputShape(0));
        Sources sources = new(maps, step.InputShape(0));
        ReadOnlySpan<float> dy = step.OutputGradient(0);
        Span<float> dx = step.InputGradient(0);
        int[] last = maps.Length == 0 ? [0] : maps[^1];
        for (int row = 0; last.Length > 0 && row < dy.Length / last.Length; row++)
        {
            int start = sources.Start(row);
            for (int i = 0; i < last.Length && start >= 0; i++)
                if (last[i] >= 0)
                    dx[start + last[i]] += dy[row * last.Length + i];
        }
    }

    /// <summary>
    /// The map that takes an axis as it is. Maps are as long as their axis: only Forward and Backward, which have the memory for the result, may make
    /// them.
    /// </summary>
    protected static int[] Whole(int length) => [.. Enumerable.Range(0, length)];

    private sealed class Sources
    {
        private readonly int[][] _maps;
        private readonly int[] _strides;

        public Sources(int[][] maps, TensorShape x)
        {
            _maps = maps;
            _strides = new int[maps.Length];
            int stride = 1;
            for (int back = 1; back <= Math.Min(x.Rank, maps.Length); back++)
            {
                _strides[^back] = stride;
                stride *= x[x.Rank - back];
            }
        }

        /// <summary>Where the row begins in the input; −1 when it is all constant.</summary>
        public int Start(int row)
        {
            int start = 0;
            for (int axis = _maps.Length - 2; axis >= 0; axis--)
            {
                int index = _maps[axis][row % _maps[axis].Length];
                row /= _maps[axis].Length;
                if (index < 0)
                    return -1;
                start += index * _strides[axis];
            }
            return start;
        }
    }
}
