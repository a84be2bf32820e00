using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Files;

/// <summary>Rearranges constants: every function works out where each element comes from and picks.</summary>
internal static class ConstantLayout
{
    private const string TooMany = "it makes more elements than are allowed";

    public static OnnxTensor? Reshape(FoldScope scope, OnnxTensor x, long[] target, bool allowZero)
    {
        long[] lengths = [.. target];
        long known = 1;
        int open = -1;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] == 0 && !allowZero)
                if (i >= x.Shape.Rank)
                    return Misfit();
                else
                    lengths[i] = x.Shape[i];
            if (lengths[i] == -1 && open < 0)
                open = i;
            else if (lengths[i] < 0 || lengths[i] > Array.MaxLength || (known *= lengths[i]) > Array.MaxLength)
                return Misfit();
        }
        if (open >= 0)
            lengths[open] = known == 0 ? 0 : x.Count / known;
        if (ShapeOf(scope, lengths, x.Count) is not TensorShape shape)
            return null;
        return shape.ElementCount == x.Count ? x.WithShape(shape) : Misfit();

        OnnxTensor? Misfit() => scope.Wrong($"a shape [{string.Join(",", target)}] does not fit {x.Shape}");
    }

    public static OnnxTensor? Flatten(FoldScope scope, OnnxTensor x, long axis)
    {
        int split = x.Shape.Rank;
        if (axis != x.Shape.Rank && !Axis(scope, axis, x.Shape.Rank, out split))
            return null;
        long outer = 1;
        for (int i = 0; i < split; i++)
            outer *= x.Shape[i];
        return Reshape(scope, x, [outer, outer == 0 ? 0 : x.Count / outer], allowZero: true);
    }

    public static OnnxTensor? Squeeze(FoldScope scope, OnnxTensor x, long[]? axes)
    {
        if (Axes(scope, axes ?? [.. Enumerable.Range(0, x.Shape.Rank).Where(i => x.Shape[i] == 1).Select(i => (long)i)], x.Shape.Rank) is not int[] drop)
            return null;
        if (drop.Any(a => x.Shape[a] != 1))
            return scope.Wrong($"an axis of {x.Shape} that is not 1 is squeezed");
        return x.WithShape(new TensorShape([.. x.Shape.Lengths.ToArray().Where((_, i) => !drop.Contains(i))]));
    }

    public static OnnxTensor? Unsqueeze(FoldScope scope, OnnxTensor x, long[] axes)
    {
        int rank = x.Shape.Rank + axes.Length;
        if (Axes(scope, axes, rank) is not int[] added)
            return null;
        if (added.Distinct().Count() != axes.Length || rank > 16)
            return scope.Wrong("an axis is named twice or there are more than 16");
        Queue<int> rest = new(x.Shape.Lengths.ToArray());
        return x.WithShape(new TensorShape([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())]));
    }

    public static OnnxTensor? Transpose(FoldScope scope, OnnxTensor x, long[]? perm)
    {
        int rank = x.Shape.Rank;
        if (Axes(scope, perm ?? [.. Enumerable.Range(0, rank).Reverse().Select(i => (long)i)], Math.Max(rank, 1)) is not int[] order)
            return null;
        if (order.Length != rank || order.Distinct().Count() != rank)
            return scope.Wrong($"perm does not fit a value of shape {x.Shape}");
        TensorShape shape = new([.. order.Select(a => x.Shape[a])]);
        int[] strides = Strides(x.Shape);
        return Picked(x, shape, [.. order.Select(a => strides[a])], 0);
    }

    public static OnnxTensor? Expand(FoldScope scope, OnnxTensor x, long[] target, int largest = 0)
    {
        int most = Math.Max(x.Count, largest);
        if (ShapeOf(scope, target, most) is not TensorShape wanted || ConstantArithmetic.BroadcastShape(scope, x.Shape, wanted) is not TensorShape shape
            || !IsLimited(scope, shape, most))
            return null;
        int[] source = Strides(x.Shape), strides = new int[shape.Rank];
        for (int i = 1; i <= x.Shape.Rank; i++)
            strides[^i] = x.Shape[x.Shape.Rank - i] == 1 ? 0 : source[^i];
        return Picked(x, shape, strides, 0);
    }

    public static OnnxTensor? Tile(FoldScope scope, OnnxTensor x, long[] repeats)
    {
        if (repeats.Length != x.Shape.Rank)
            return scope.Wrong($"expected {x.Shape.Rank} repeats, received {repeats.Length}");
        for (int axis = 0; axis < repeats.Length; axis++)
            if (repeats[axis] == 0)
                x = x.Pick(x.Shape.With(axis, 0), []);
            else if (repeats[axis] < 0 || repeats[axis] * (double)x.Count > ConstantFold.MaxElements)
                return scope.Wrong(TooMany);
            else if (Concat(scope, [.. Enumerable.Repeat(x, (int)repeats[axis])], axis) is OnnxTensor longer)
                x = longer;
            else
                return null;
        return x;
    }

    public static OnnxTensor? Gather(FoldScope scope, OnnxTensor x, OnnxTensor indices, long axis)
    {
        if (x.Shape.Rank == 0 || indices.IsFloat)
            return scope.Wrong("expected a list and integer indices");
        if (!Axis(scope, axis, x.Shape.Rank, out int at))
            return null;
        int length = x.Shape[at];
        ReadOnlySpan<int> lengths = x.Shape.Lengths;
        TensorShape shape = new([.. lengths[..at], .. indices.Shape.Lengths, .. lengths[(at + 1)..]]);
        if (!IsLimited(scope, shape, x.Count))
            return null;
        int inner = 1, outer = 1;
        foreach (int l in lengths[(at + 1)..])
            inner *= l;
        foreach (int l in lengths[..at])
            outer *= l;
        int[] source = new int[shape.ElementCount];
        int k = 0;
        for (int o = 0; o < outer; o++)
            foreach (long index in indices.Integers!)
            {
                long i = index < 0 ? index + length : index;
                if (i < 0 || i >= length)
                    return scope.Wrong($"index {index} is outside of an axis of length {length}");
                for (int n = 0; n < inner; n++)
                    source[k++] = (int)((o * (long)length + i) * inner + n);
            }
        return x.Pick(shape, source);
    }

    public static OnnxTensor? Concat(FoldScope scope, OnnxTensor[] parts, long axis)
    {
        if (!Axis(scope, axis, parts[0].Shape.Rank, out int at))
            return null;
        foreach (OnnxTensor part in parts)
            if (part.IsFloat != parts[0].IsFloat || part.Shape.Rank != parts[0].Shape.Rank || part.Shape.With(at, 0) != parts[0].Shape.With(at, 0))
                return scope.Wrong($"the shapes {parts[0].Shape} and {part.Shape} cannot be joined along axis {at}");
        long total = parts.Sum(p => (long)p.Shape[at]);
        if (total > Array.MaxLength)
            return scope.Wrong(TooMany);
        TensorShape shape = parts[0].Shape.With(at, (int)total);
        if (!IsLimited(scope, shape, (int)Math.Min(Array.MaxLength, parts.Sum(p => (long)p.Count))))
            return null;
        int outer = 1;
        for (int i = 0; i < at; i++)
            outer *= shape[i];
        Array result = parts[0].IsFloat ? new float[shape.ElementCount] : new long[shape.ElementCount];
        int position = 0;
        for (int o = 0; o < outer; o++)
            foreach (OnnxTensor part in parts)
            {
                int size = part.Count / outer;
                Array.Copy(part.IsFloat ? part.Floats! : part.Integers!, o * size, result, position, size);
                position += size;
            }
        return result is float[] floats ? new OnnxTensor(shape, floats) : new OnnxTensor(shape, (long[])result);
    }

    public static OnnxTensor?[]? Split(FoldScope scope, FileNode node, OnnxTensor[] x)
    {
        if (!Axis(scope, node.Int("axis", 0), x[0].Shape.Rank, out int axis))
            return null;
        int length = x[0].Shape[axis], count = node.Outputs.Count;
        int chunk = (length + count - 1) / count;
        long[] sizes = x.Length > 1 ? x[1].AsIntegers() : [.. Enumerable.Range(0, count).Select(i => (long)Math.Clamp(length - i * chunk, 0, chunk))];
        if (sizes.Length != count || sizes.Any(s => s < 0 || s > length) || sizes.Sum() != length)
        {
            scope.Wrong($"the parts [{string.Join(",", sizes)}] do not make up an axis of length {length}");
            return null;
        }
        OnnxTensor?[] parts = new OnnxTensor?[count];
        long start = 0;
        for (int i = 0; i < count; start += sizes[i++])
            parts[i] = Gather(scope, x[0], OnnxTensor.Ints([.. Enumerable.Range((int)start, (int)sizes[i]).Select(v => (long)v)]), axis);
        return parts;
    }

    public static OnnxTensor? Slice(FoldScope scope, OnnxTensor[] x)
    {
        OnnxTensor value = x[0];
        long[] starts = x[1].AsIntegers(), ends = x[2].AsIntegers();
        long[] axes = x.Length > 3 ? x[3].AsIntegers() : [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = x.Length > 4 ? x[4].AsIntegers() : [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Any(s => s is 0 or long.MinValue))
            return scope.Wrong("starts, ends, axes and steps do not fit together");
        for (int i = 0; i < starts.Length; i++)
        {
            if (!Axis(scope, axes[i], value.Shape.Rank, out int axis))
                return null;
            long length = value.Shape[axis], step = Math.Clamp(steps[i], -int.MaxValue, int.MaxValue);
            long from = starts[i] < 0 ? starts[i] + length : starts[i], to = ends[i] < 0 ? Math.Max(ends[i], -length - 1) + length : ends[i];
            List<long> picked = [];
            if (step > 0)
                for (long at = Math.Max(from, 0); at < Math.Min(to, length); at += step)
                    picked.Add(at);
            else
                for (long at = Math.Min(Math.Max(from, 0), length - 1); at > Math.Max(to, -1); at += step)
                    picked.Add(at);
            if (Gather(scope, value, OnnxTensor.Ints([.. picked]), axis) is not OnnxTensor part)
                return null;
            value = part;
        }
        return value;
    }

    public static OnnxTensor? Filled(FoldScope scope, OnnxTensor shape, OnnxTensor? value)
    {
        if (value is { Count: not 1 })
            return scope.Wrong("expected one fill value");
        return Expand(scope, (value ?? OnnxTensor.Float(0)).WithShape(default), shape.AsIntegers());
    }

    public static OnnxTensor? Range(FoldScope scope, OnnxTensor start, OnnxTensor limit, OnnxTensor step)
    {
        if (start.Count != 1 || limit.Count != 1 || step.Count != 1 || step.AsFloats()[0] == 0)
            return scope.Wrong("expected three numbers and a step that is not zero");
        double count = Math.Max(0, Math.Ceiling(((double)limit.AsFloats()[0] - start.AsFloats()[0]) / step.AsFloats()[0]));
        if (!(count <= ConstantFold.MaxElements))
            return scope.Wrong(TooMany);
        TensorShape shape = new((int)count);
        return start.IsFloat
            ? new OnnxTensor(shape, [.. Enumerable.Range(0, (int)count).Select(i => start.Floats![0] + i * step.AsFloats()[0])])
            : new OnnxTensor(shape, [.. Enumerable.Range(0, (int)count).Select(i => start.Integers![0] + i * step.AsIntegers()[0])]);
    }

    public static OnnxTensor? Reduce(FoldScope scope, FileNode node, OnnxTensor[] x, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        OnnxTensor value = x[0];
        long[] axes = x.Length > 1 ? x[1].AsIntegers() : [];
        if (axes.Length == 0 && node.Int("noop_with_empty_axes", 0) != 0)
            return value;
        int rank = value.Shape.Rank;
        if (Axes(scope, axes.Length == 0 ? [.. Enumerable.Range(0, rank).Select(i => (long)i)] : axes, rank) is not int[] reduced)
            return null;
        foreach (int axis in reduced)
        {
            int length = value.Shape[axis];
            if (length == 0)
                return scope.Wrong("an empty axis is reduced");
            OnnxTensor? sum = Gather(scope, value, OnnxTensor.Ints(0), axis);
            for (int i = 1; i < length && sum is not null; i++)
                sum = Gather(scope, value, OnnxTensor.Ints(i), axis) is OnnxTensor next ? ConstantArithmetic.Binary(scope, sum, next, floats, integers) : null;
            if (sum is null)
                return null;
            value = sum;
        }
        return node.Int("keepdims", 1) != 0 ? value : Squeeze(scope, value, [.. reduced.Select(a => (long)a)]);
    }

    /// <summary>The integer list that operator Shape gives for a value of shape <paramref name="shape"/>.</summary>
    public static OnnxTensor ShapeOf(FileNode node, TensorShape shape)
    {
        long[] lengths = [.. shape.Lengths.ToArray().Select(l => (long)l)];
        int from = Clamp(node.Int("start", 0), lengths.Length), to = Clamp(node.Int("end", lengths.Length), lengths.Length);
        return OnnxTensor.Ints(from < to ? lengths[from..to] : []);
    }

    /// <summary>The value that operator Constant holds.</summary>
    public static OnnxTensor? Value(FoldScope scope, FileNode node)
    {
        if (node.Attributes.Count != 1)
            return scope.Wrong($"expected one value attribute, received {node.Attributes.Count}");
        return node.Attributes.Values.First() switch
        {
            OnnxTensor tensor => tensor,
            long value => new OnnxTensor(default, [value]),
            float value => OnnxTensor.Float(value),
            long[] values => OnnxTensor.Ints(values),
            float[] values => new OnnxTensor(new TensorShape(values.Length), values),
            _ => scope.Wrong("a constant text is not supported"),
        };
    }

    private static int Clamp(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);

    private static OnnxTensor Picked(OnnxTensor x, TensorShape shape, int[] strides, int start)
    {
        int[] source = new int[shape.ElementCount], position = new int[shape.Rank];
        int at = start;
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = at;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++position[axis] < shape[axis])
                    break;
                at -= strides[axis] * shape[axis];
                position[axis] = 0;
            }
        }
        return x.Pick(shape, source);
    }

    private static int[] Strides(TensorShape shape)
    {
        int[] strides = new int[shape.Rank];
        int stride = 1;
        for (int i = shape.Rank - 1; i >= 0; stride *= shape[i--])
            strides[i] = stride;
        return strides;
    }

    private static bool Axis(FoldScope scope, long axis, int rank, out int result)
    {
        long at = axis < 0 ? axis + rank : axis;
        bool fits = at >= 0 && at < rank;
        result = fits ? (int)at : 0;
        return fits || scope.No($"axis {axis} does not fit a value with {rank} axes");
    }

    private static int[]? Axes(FoldScope scope, long[] axes, int rank)
    {
        int[] result = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
            if (!Axis(scope, axes[i], rank, out result[i]))
                return null;
        return result;
    }

    private static TensorShape? ShapeOf(FoldScope scope, long[] lengths, int largest)
    {
        if (lengths.Length > 16 || lengths.Any(l => l < 0 || l > Array.MaxLength))
        {
            scope.Wrong($"[{string.Join(",", lengths.Take(17))}] is no shape");
            return null;
        }
        TensorShape shape = new([.. lengths.Select(l => (int)l)]);
        return IsLimited(scope, shape, largest) ? shape : null;
    }

    private static bool IsLimited(FoldScope scope, TensorShape shape, int largest)
    {
        double count = 1;
        foreach (int length in shape.Lengths)
            count *= length;
        return count <= Math.Max(ConstantFold.MaxElements, largest) && shape.Rank <= 16 || scope.No(TooMany);
    }
}
