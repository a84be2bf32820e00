using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Rearranges constants: every function works out where each element comes from and picks.</summary>
internal static class ConstantLayout
{
    public static OnnxTensor Reshape(OnnxTensor x, long[] target, bool allowZero)
    {
        long[] lengths = [.. target];
        long known = 1;
        int open = -1;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] == 0 && !allowZero)
                lengths[i] = i < x.Shape.Rank ? x.Shape[i] : throw new ConstantError($"a shape [{string.Join(",", target)}] does not fit {x.Shape}");
            if (lengths[i] == -1 && open < 0)
                open = i;
            else if (lengths[i] < 0 || lengths[i] > Array.MaxLength || (known *= lengths[i]) > Array.MaxLength)
                throw new ConstantError($"a shape [{string.Join(",", target)}] does not fit {x.Shape}");
        }
        if (open >= 0)
            lengths[open] = known == 0 ? 0 : x.Count / known;
        TensorShape shape = ShapeOf(lengths, x.Count);
        return shape.ElementCount == x.Count ? x.WithShape(shape) : throw new ConstantError($"a shape [{string.Join(",", target)}] does not fit {x.Shape}");
    }

    public static OnnxTensor Flatten(OnnxTensor x, long axis)
    {
        int split = axis == x.Shape.Rank ? x.Shape.Rank : Axis(axis, x.Shape.Rank);
        long outer = 1;
        for (int i = 0; i < split; i++)
            outer *= x.Shape[i];
        return Reshape(x, [outer, outer == 0 ? 0 : x.Count / outer], allowZero: true);
    }

    public static OnnxTensor Squeeze(OnnxTensor x, long[]? axes)
    {
        HashSet<int> drop = axes is null ? [.. Enumerable.Range(0, x.Shape.Rank).Where(i => x.Shape[i] == 1)] : [.. axes.Select(a => Axis(a, x.Shape.Rank))];
        if (drop.Any(a => x.Shape[a] != 1))
            throw new ConstantError($"an axis of {x.Shape} that is not 1 is squeezed");
        return x.WithShape(new TensorShape([.. x.Shape.Lengths.ToArray().Where((_, i) => !drop.Contains(i))]));
    }

    public static OnnxTensor Unsqueeze(OnnxTensor x, long[] axes)
    {
        int rank = x.Shape.Rank + axes.Length;
        HashSet<int> added = [.. axes.Select(a => Axis(a, rank))];
        if (added.Count != axes.Length || rank > 16)
            throw new ConstantError("an axis is named twice or there are more than 16");
        Queue<int> rest = new(x.Shape.Lengths.ToArray());
        return x.WithShape(new TensorShape([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())]));
    }

    public static OnnxTensor Transpose(OnnxTensor x, long[]? perm)
    {
        int rank = x.Shape.Rank;
        int[] order = perm is null ? [.. Enumerable.Range(0, rank).Reverse()] : [.. perm.Select(a => Axis(a, Math.Max(rank, 1)))];
        if (order.Length != rank || order.Distinct().Count() != rank)
            throw new ConstantError($"perm does not fit a value of shape {x.Shape}");
        TensorShape shape = new([.. order.Select(a => x.Shape[a])]);
        int[] strides = Strides(x.Shape);
        return Picked(x, shape, [.. order.Select(a => strides[a])], 0);
    }

    public static OnnxTensor Expand(OnnxTensor x, long[] target, int largest = 0)
    {
        TensorShape shape = Limited(ConstantArithmetic.BroadcastShape(x.Shape, ShapeOf(target, Math.Max(x.Count, largest))), Math.Max(x.Count, largest));
        int[] source = Strides(x.Shape), strides = new int[shape.Rank];
        for (int i = 1; i <= x.Shape.Rank; i++)
            strides[^i] = x.Shape[x.Shape.Rank - i] == 1 ? 0 : source[^i];
        return Picked(x, shape, strides, 0);
    }

    public static OnnxTensor Tile(OnnxTensor x, long[] repeats)
    {
        if (repeats.Length != x.Shape.Rank)
            throw new ConstantError($"expected {x.Shape.Rank} repeats, received {repeats.Length}");
        for (int axis = 0; axis < repeats.Length; axis++)
            if (repeats[axis] == 0)
                x = x.Pick(x.Shape.With(axis, 0), []);
            else if (repeats[axis] < 0 || repeats[axis] * (double)x.Count > ConstantFolder.MaxElements)
                throw new ConstantError("it makes more elements than are allowed");
            else
                x = Concat([.. Enumerable.Repeat(x, (int)repeats[axis])], axis);
        return x;
    }

    public static OnnxTensor Gather(OnnxTensor x, OnnxTensor indices, long axis)
    {
        if (x.Shape.Rank == 0 || indices.IsFloat)
            throw new ConstantError("expected a list and integer indices");
        int at = Axis(axis, x.Shape.Rank), length = x.Shape[at];
        ReadOnlySpan<int> lengths = x.Shape.Lengths;
        TensorShape shape = Limited(new TensorShape([.. lengths[..at], .. indices.Shape.Lengths, .. lengths[(at + 1)..]]), x.Count);
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
                    throw new ConstantError($"index {index} is outside of an axis of length {length}");
                for (int n = 0; n < inner; n++)
                    source[k++] = (int)((o * (long)length + i) * inner + n);
            }
        return x.Pick(shape, source);
    }

    public static OnnxTensor Concat(OnnxTensor[] parts, long axis)
    {
        int at = Axis(axis, parts[0].Shape.Rank);
        foreach (OnnxTensor part in parts)
            if (part.IsFloat != parts[0].IsFloat || part.Shape.Rank != parts[0].Shape.Rank || part.Shape.With(at, 0) != parts[0].Shape.With(at, 0))
                throw new ConstantError($"the shapes {parts[0].Shape} and {part.Shape} cannot be joined along axis {at}");
        long total = parts.Sum(p => (long)p.Shape[at]);
        if (total > Array.MaxLength)
            throw new ConstantError("it makes more elements than are allowed");
        TensorShape shape = Limited(parts[0].Shape.With(at, (int)total), (int)Math.Min(Array.MaxLength, parts.Sum(p => (long)p.Count)));
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

    public static OnnxTensor[] Split(FileNode node, OnnxTensor[] x)
    {
        int axis = Axis(node.Int("axis", 0), x[0].Shape.Rank), length = x[0].Shape[axis], count = node.Outputs.Count;
        int chunk = (length + count - 1) / count;
        long[] sizes = x.Length > 1 ? x[1].AsIntegers() : [.. Enumerable.Range(0, count).Select(i => (long)Math.Clamp(length - i * chunk, 0, chunk))];
        if (sizes.Length != count || sizes.Any(s => s < 0 || s > length) || sizes.Sum() != length)
            throw new ConstantError($"the parts [{string.Join(",", sizes)}] do not make up an axis of length {length}");
        OnnxTensor[] parts = new OnnxTensor[count];
        long start = 0;
        for (int i = 0; i < count; start += sizes[i++])
            parts[i] = Gather(x[0], OnnxTensor.Ints([.. Enumerable.Range((int)start, (int)sizes[i]).Select(v => (long)v)]), axis);
        return parts;
    }

    public static OnnxTensor Slice(OnnxTensor[] x)
    {
        OnnxTensor value = x[0];
        long[] starts = x[1].AsIntegers(), ends = x[2].AsIntegers();
        long[] axes = x.Length > 3 ? x[3].AsIntegers() : [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = x.Length > 4 ? x[4].AsIntegers() : [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Any(s => s is 0 or long.MinValue))
            throw new ConstantError("starts, ends, axes and steps do not fit together");
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = Axis(axes[i], value.Shape.Rank);
            long length = value.Shape[axis], step = Math.Clamp(steps[i], -int.MaxValue, int.MaxValue);
            long from = starts[i] < 0 ? starts[i] + length : starts[i], to = ends[i] < 0 ? Math.Max(ends[i], -length - 1) + length : ends[i];
            List<long> picked = [];
            if (step > 0)
                for (long at = Math.Max(from, 0); at < Math.Min(to, length); at += step)
                    picked.Add(at);
            else
                for (long at = Math.Min(Math.Max(from, 0), length - 1); at > Math.Max(to, -1); at += step)
                    picked.Add(at);
            value = Gather(value, OnnxTensor.Ints([.. picked]), axis);
        }
        return value;
    }

    public static OnnxTensor Filled(OnnxTensor shape, OnnxTensor? value)
    {
        if (value is { Count: not 1 })
            throw new ConstantError("expected one fill value");
        return Expand((value ?? OnnxTensor.Float(0)).WithShape(default), shape.AsIntegers());
    }

    public static OnnxTensor Range(OnnxTensor start, OnnxTensor limit, OnnxTensor step)
    {
        if (start.Count != 1 || limit.Count != 1 || step.Count != 1 || step.AsFloats()[0] == 0)
            throw new ConstantError("expected three numbers and a step that is not zero");
        double count = Math.Max(0, Math.Ceiling(((double)limit.AsFloats()[0] - start.AsFloats()[0]) / step.AsFloats()[0]));
        if (!(count <= ConstantFolder.MaxElements))
            throw new ConstantError("it makes more elements than are allowed");
        TensorShape shape = new((int)count);
        return start.IsFloat
            ? new OnnxTensor(shape, [.. Enumerable.Range(0, (int)count).Select(i => start.Floats![0] + i * step.AsFloats()[0])])
            : new OnnxTensor(shape, [.. Enumerable.Range(0, (int)count).Select(i => start.Integers![0] + i * step.AsIntegers()[0])]);
    }

    public static OnnxTensor Reduce(FileNode node, OnnxTensor[] x, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        OnnxTensor value = x[0];
        long[] axes = x.Length > 1 ? x[1].AsIntegers() : [];
        if (axes.Length == 0 && node.Int("noop_with_empty_axes", 0) != 0)
            return value;
        int rank = value.Shape.Rank;
        int[] reduced = axes.Length == 0 ? [.. Enumerable.Range(0, rank)] : [.. axes.Select(a => Axis(a, rank))];
        foreach (int axis in reduced)
        {
            int length = value.Shape[axis];
            if (length == 0)
                throw new ConstantError("an empty axis is reduced");
            OnnxTensor sum = Gather(value, OnnxTensor.Ints(0), axis);
            for (int i = 1; i < length; i++)
                sum = ConstantArithmetic.Binary(sum, Gather(value, OnnxTensor.Ints(i), axis), floats, integers);
            value = sum;
        }
        return node.Int("keepdims", 1) != 0 ? value : Squeeze(value, [.. reduced.Select(a => (long)a)]);
    }

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

    private static int Axis(long axis, int rank)
    {
        long result = axis < 0 ? axis + rank : axis;
        return result >= 0 && result < rank ? (int)result : throw new ConstantError($"axis {axis} does not fit a value with {rank} axes");
    }

    private static TensorShape ShapeOf(long[] lengths, int largest)
    {
        if (lengths.Length > 16 || lengths.Any(l => l < 0 || l > Array.MaxLength))
            throw new ConstantError($"[{string.Join(",", lengths.Take(17))}] is no shape");
        return Limited(new TensorShape([.. lengths.Select(l => (int)l)]), largest);
    }

    private static TensorShape Limited(TensorShape shape, int largest)
    {
        double count = 1;
        foreach (int length in shape.Lengths)
            count *= length;
        return count <= Math.Max(ConstantFolder.MaxElements, largest) && shape.Rank <= 16 ? shape
            : throw new ConstantError("it makes more elements than are allowed");
    }
}
