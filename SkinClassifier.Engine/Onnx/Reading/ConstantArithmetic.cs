using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Elementwise arithmetic on constants with ONNX broadcasting; integers wrap around.</summary>
internal static class ConstantArithmetic
{
    public static OnnxTensor Unary(OnnxTensor x, Func<float, float> floats, Func<long, long> integers) => x.IsFloat
        ? new OnnxTensor(x.Shape, Array.ConvertAll(x.Floats!, v => floats(v)))
        : new OnnxTensor(x.Shape, Array.ConvertAll(x.Integers!, v => integers(v)));

    public static OnnxTensor Binary(OnnxTensor a, OnnxTensor b, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        (OnnxTensor left, OnnxTensor right) = Broadcast(a, b);
        if (left.IsFloat)
        {
            float[] values = new float[left.Count];
            for (int i = 0; i < values.Length; i++)
                values[i] = floats(left.Floats![i], right.Floats![i]);
            return new OnnxTensor(left.Shape, values);
        }
        long[] results = new long[left.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = integers(left.Integers![i], right.Integers![i]);
        return new OnnxTensor(left.Shape, results);
    }

    public static OnnxTensor Compare(OnnxTensor a, OnnxTensor b, Func<float, float, bool> floats, Func<long, long, bool> integers)
    {
        (OnnxTensor left, OnnxTensor right) = Broadcast(a, b);
        long[] results = new long[left.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = (left.IsFloat ? floats(left.Floats![i], right.Floats![i]) : integers(left.Integers![i], right.Integers![i])) ? 1 : 0;
        return new OnnxTensor(left.Shape, results);
    }

    public static OnnxTensor Where(OnnxTensor condition, OnnxTensor x, OnnxTensor y)
    {
        if (condition.IsFloat || x.IsFloat != y.IsFloat)
            throw new ConstantError("expected a bool condition and two values of the same kind");
        TensorShape shape = BroadcastShape(BroadcastShape(condition.Shape, x.Shape), y.Shape);
        long[] lengths = [.. shape.Lengths.ToArray().Select(l => (long)l)];
        OnnxTensor c = ConstantLayout.Expand(condition, lengths), left = ConstantLayout.Expand(x, lengths), right = ConstantLayout.Expand(y, lengths);
        return left.IsFloat
            ? new OnnxTensor(shape, [.. c.Integers!.Select((v, i) => v != 0 ? left.Floats![i] : right.Floats![i])])
            : new OnnxTensor(shape, [.. c.Integers!.Select((v, i) => v != 0 ? left.Integers![i] : right.Integers![i])]);
    }

    public static long Modulo(long a, long b, bool signOfDividend)
    {
        if (b == 0)
            throw new ConstantError("an integer is divided by zero");
        long remainder = b == -1 ? 0 : a % b;
        return !signOfDividend && remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
    }

    /// <summary>The shape that both broadcast to.</summary>
    public static TensorShape BroadcastShape(TensorShape a, TensorShape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] lengths = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int left = i <= a.Rank ? a[a.Rank - i] : 1, right = i <= b.Rank ? b[b.Rank - i] : 1;
            if (left != right && left != 1 && right != 1)
                throw new ConstantError($"the shapes {a} and {b} do not fit together");
            lengths[rank - i] = left == 1 ? right : left;
        }
        return new TensorShape(lengths);
    }

    private static (OnnxTensor Left, OnnxTensor Right) Broadcast(OnnxTensor a, OnnxTensor b)
    {
        if (a.IsFloat != b.IsFloat)
            throw new ConstantError("expected two values of the same kind, received floats and integers");
        if (a.Shape == b.Shape)
            return (a, b);
        long[] lengths = [.. BroadcastShape(a.Shape, b.Shape).Lengths.ToArray().Select(l => (long)l)];
        int largest = Math.Max(a.Count, b.Count);
        return (ConstantLayout.Expand(a, lengths, largest), ConstantLayout.Expand(b, lengths, largest));
    }
}
