using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Files;

/// <summary>Elementwise arithmetic on constants with ONNX broadcasting; integers wrap around.</summary>
internal static class ConstantArithmetic
{
    private const string DividedByZero = "an integer is divided by zero";

    public static OnnxTensor Unary(OnnxTensor x, Func<float, float> floats, Func<long, long> integers) => x.IsFloat
        ? new OnnxTensor(x.Shape, Array.ConvertAll(x.Floats!, v => floats(v)))
        : new OnnxTensor(x.Shape, Array.ConvertAll(x.Integers!, v => integers(v)));

    public static OnnxTensor? Binary(FoldScope scope, OnnxTensor a, OnnxTensor b, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        if (Broadcast(scope, a, b) is not (OnnxTensor left, OnnxTensor right))
            return null;
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

    /// <summary>A quotient; that of integers is cut toward zero.</summary>
    public static OnnxTensor? Divide(FoldScope scope, OnnxTensor a, OnnxTensor b) =>
        DividesByZero(a, b) ? scope.Wrong(DividedByZero) : Binary(scope, a, b, (x, y) => x / y, (x, y) => y == -1 ? unchecked(-x) : x / y);

    /// <summary>What remains of a division: with the sign of the divisor, or with that of the dividend.</summary>
    public static OnnxTensor? Modulo(FoldScope scope, OnnxTensor a, OnnxTensor b, bool signOfDividend) => DividesByZero(a, b)
        ? scope.Wrong(DividedByZero) : Binary(scope, a, b, (x, y) => x % y, (x, y) =>
        {
            long remainder = y == -1 ? 0 : x % y;
            return !signOfDividend && remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
        });

    public static OnnxTensor? Compare(FoldScope scope, OnnxTensor a, OnnxTensor b, Func<float, float, bool> floats, Func<long, long, bool> integers)
    {
        if (Broadcast(scope, a, b) is not (OnnxTensor left, OnnxTensor right))
            return null;
        long[] results = new long[left.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = (left.IsFloat ? floats(left.Floats![i], right.Floats![i]) : integers(left.Integers![i], right.Integers![i])) ? 1 : 0;
        return new OnnxTensor(left.Shape, results);
    }

    public static OnnxTensor? Where(FoldScope scope, OnnxTensor condition, OnnxTensor x, OnnxTensor y)
    {
        if (condition.IsFloat || x.IsFloat != y.IsFloat)
            return scope.Wrong("expected a bool condition and two values of the same kind");
        if (BroadcastShape(scope, condition.Shape, x.Shape) is not TensorShape first || BroadcastShape(scope, first, y.Shape) is not TensorShape shape)
            return null;
        long[] lengths = [.. shape.Lengths.ToArray().Select(l => (long)l)];
        if (ConstantLayout.Expand(scope, condition, lengths) is not OnnxTensor c || ConstantLayout.Expand(scope, x, lengths) is not OnnxTensor left
            || ConstantLayout.Expand(scope, y, lengths) is not OnnxTensor right)
            return null;
        return left.IsFloat
            ? new OnnxTensor(shape, [.. c.Integers!.Select((v, i) => v != 0 ? left.Floats![i] : right.Floats![i])])
            : new OnnxTensor(shape, [.. c.Integers!.Select((v, i) => v != 0 ? left.Integers![i] : right.Integers![i])]);
    }

    /// <summary>A cast to an element type, by its code.</summary>
    public static OnnxTensor? Cast(FoldScope scope, OnnxTensor tensor, long to) => to switch
    {
        ElementCode.Float or ElementCode.Float16 or ElementCode.Double or ElementCode.BFloat16 =>
            tensor.IsFloat ? tensor : new OnnxTensor(tensor.Shape, tensor.AsFloats()),
        ElementCode.Bool =>
            new OnnxTensor(tensor.Shape,
                tensor.IsFloat ? Array.ConvertAll(tensor.Floats!, v => v != 0 ? 1L : 0) : Array.ConvertAll(tensor.Integers!, v => v != 0 ? 1L : 0)),
        >= 2 and <= 7 or 12 or 13 => new OnnxTensor(tensor.Shape, tensor.AsIntegers()),
        _ => scope.Wrong($"a cast to element type {to} is not supported"),
    };

    /// <summary>The shape that both broadcast to.</summary>
    public static TensorShape? BroadcastShape(FoldScope scope, TensorShape a, TensorShape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] lengths = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int left = i <= a.Rank ? a[a.Rank - i] : 1, right = i <= b.Rank ? b[b.Rank - i] : 1;
            if (left != right && left != 1 && right != 1)
            {
                scope.Wrong($"the shapes {a} and {b} do not fit together");
                return null;
            }
            lengths[rank - i] = left == 1 ? right : left;
        }
        return new TensorShape(lengths);
    }

    private static bool DividesByZero(OnnxTensor a, OnnxTensor b) => a is { IsFloat: false, Count: > 0 } && b.Integers is long[] values && values.Contains(0);

    private static (OnnxTensor Left, OnnxTensor Right)? Broadcast(FoldScope scope, OnnxTensor a, OnnxTensor b)
    {
        if (a.IsFloat != b.IsFloat)
        {
            scope.Wrong("expected two values of the same kind, received floats and integers");
            return null;
        }
        if (a.Shape == b.Shape)
            return (a, b);
        if (BroadcastShape(scope, a.Shape, b.Shape) is not TensorShape shape)
            return null;
        long[] lengths = [.. shape.Lengths.ToArray().Select(l => (long)l)];
        int largest = Math.Max(a.Count, b.Count);
        return ConstantLayout.Expand(scope, a, lengths, largest) is OnnxTensor left && ConstantLayout.Expand(scope, b, lengths, largest) is OnnxTensor right
            ? (left, right) : null;
    }
}
