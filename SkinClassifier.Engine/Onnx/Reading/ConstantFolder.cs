using System.Collections.Frozen;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Computes nodes whose inputs are all known: shape arithmetic, casts, rearranged weights. In the terms of opset 20.</summary>
internal static class ConstantFolder
{
    /// <summary>A constant may grow to this many elements, or to as many as the largest input has.</summary>
    public const int MaxElements = 1 << 20;

    private delegate OnnxTensor[] Fold(FileNode node, OnnxTensor[] inputs);

    private static readonly FrozenDictionary<string, Fold> _folds = new Dictionary<string, Fold>(StringComparer.Ordinal)
    {
        ["Abs"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Abs, v => v == long.MinValue ? v : Math.Abs(v))],
        ["Add"] = (_, x) => [ConstantArithmetic.Binary(x[0], x[1], (a, b) => a + b, (a, b) => a + b)],
        ["And"] = (_, x) => [ConstantArithmetic.Binary(x[0], x[1], (_, _) => 0, (a, b) => a & b)],
        ["Cast"] = (n, x) => [Cast(x[0], n.Int("to", 1))],
        ["Ceil"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Ceiling, v => v)],
        ["Concat"] = (n, x) => [ConstantLayout.Concat(x, n.Int("axis", 0))],
        ["Constant"] = (n, _) => [ConstantValue(n)],
        ["ConstantOfShape"] = (n, x) => [ConstantLayout.Filled(x[0], n.Attributes.GetValueOrDefault("value") as OnnxTensor)],
        ["Div"] = (_, x) =>
            [ConstantArithmetic.Binary(
                x[0], x[1], (a, b) => a / b, (a, b) => b == 0 ? throw new ConstantError("an integer is divided by zero") : b == -1 ? unchecked(-a) : a / b)],
        ["Equal"] = (_, x) => [ConstantArithmetic.Compare(x[0], x[1], (a, b) => a == b, (a, b) => a == b)],
        ["Exp"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Exp, v => v)],
        ["Expand"] = (_, x) => [ConstantLayout.Expand(x[0], x[1].AsIntegers())],
        ["Flatten"] = (n, x) => [ConstantLayout.Flatten(x[0], n.Int("axis", 1))],
        ["Floor"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Floor, v => v)],
        ["Gather"] = (n, x) => [ConstantLayout.Gather(x[0], x[1], n.Int("axis", 0))],
        ["Greater"] = (_, x) => [ConstantArithmetic.Compare(x[0], x[1], (a, b) => a > b, (a, b) => a > b)],
        ["GreaterOrEqual"] = (_, x) => [ConstantArithmetic.Compare(x[0], x[1], (a, b) => a >= b, (a, b) => a >= b)],
        ["Identity"] = (_, x) => [x[0]],
        ["Less"] = (_, x) => [ConstantArithmetic.Compare(x[0], x[1], (a, b) => a < b, (a, b) => a < b)],
        ["LessOrEqual"] = (_, x) => [ConstantArithmetic.Compare(x[0], x[1], (a, b) => a <= b, (a, b) => a <= b)],
        ["Log"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Log, v => v)],
        ["Max"] = (_, x) => [x.Aggregate((a, b) => ConstantArithmetic.Binary(a, b, MathF.Max, Math.Max))],
        ["Min"] = (_, x) => [x.Aggregate((a, b) => ConstantArithmetic.Binary(a, b, MathF.Min, Math.Min))],
        ["Mod"] = (n, x) => [ConstantArithmetic.Binary(x[0], x[1], (a, b) => a % b, (a, b) => ConstantArithmetic.Modulo(a, b, n.Int("fmod", 0) != 0))],
        ["Mul"] = (_, x) => [ConstantArithmetic.Binary(x[0], x[1], (a, b) => a * b, (a, b) => a * b)],
        ["Neg"] = (_, x) => [ConstantArithmetic.Unary(x[0], v => -v, v => -v)],
        ["Not"] = (_, x) => [ConstantArithmetic.Unary(x[0], v => v, v => v == 0 ? 1 : 0)],
        ["Or"] = (_, x) => [ConstantArithmetic.Binary(x[0], x[1], (_, _) => 0, (a, b) => a | b)],
        ["Pow"] = (_, x) =>
            [ConstantArithmetic.Binary(x[0], x[0].IsFloat ? new OnnxTensor(x[1].Shape, x[1].AsFloats()) : x[1], MathF.Pow, (a, b) => (long)Math.Pow(a, b))],
        ["Range"] = (_, x) => [ConstantLayout.Range(x[0], x[1], x[2])],
        ["Reciprocal"] = (_, x) => [ConstantArithmetic.Unary(x[0], v => 1 / v, v => v)],
        ["ReduceMax"] = (n, x) => [ConstantLayout.Reduce(n, x, MathF.Max, Math.Max)],
        ["ReduceMin"] = (n, x) => [ConstantLayout.Reduce(n, x, MathF.Min, Math.Min)],
        ["ReduceProd"] = (n, x) => [ConstantLayout.Reduce(n, x, (a, b) => a * b, (a, b) => a * b)],
        ["ReduceSum"] = (n, x) => [ConstantLayout.Reduce(n, x, (a, b) => a + b, (a, b) => a + b)],
        ["Reshape"] = (n, x) => [ConstantLayout.Reshape(x[0], x[1].AsIntegers(), n.Int("allowzero", 0) != 0)],
        ["Round"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Round, v => v)],
        ["Slice"] = (_, x) => [ConstantLayout.Slice(x)],
        ["Split"] = (n, x) => ConstantLayout.Split(n, x),
        ["Sqrt"] = (_, x) => [ConstantArithmetic.Unary(x[0], MathF.Sqrt, v => v)],
        ["Squeeze"] = (_, x) => [ConstantLayout.Squeeze(x[0], x.Length > 1 ? x[1].AsIntegers() : null)],
        ["Sub"] = (_, x) => [ConstantArithmetic.Binary(x[0], x[1], (a, b) => a - b, (a, b) => a - b)],
        ["Tile"] = (_, x) => [ConstantLayout.Tile(x[0], x[1].AsIntegers())],
        ["Transpose"] = (n, x) => [ConstantLayout.Transpose(x[0], n.Ints("perm"))],
        ["Unsqueeze"] = (_, x) => [ConstantLayout.Unsqueeze(x[0], x[1].AsIntegers())],
        ["Where"] = (_, x) => [ConstantArithmetic.Where(x[0], x[1], x[2])],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (int Least, int Most)> _counts = Counts();

    /// <summary>Operators that are computed when their inputs are known.</summary>
    public static bool Knows(string opType) => _folds.ContainsKey(opType) || opType is "Shape" or "Size";

    /// <summary>Computes one node.</summary>
    /// <exception cref="ConstantError">The inputs do not fit the operator.</exception>
    public static OnnxTensor[] Run(FileNode node, OnnxTensor[] inputs)
    {
        (int least, int most) = _counts.GetValueOrDefault(node.OpType, (1, 1));
        if (inputs.Length < least || inputs.Length > most)
            throw new ConstantError($"expected {least} to {most} inputs, received {inputs.Length}");
        return _folds[node.OpType](node, inputs);
    }

    /// <summary>The integer list that Shape gives for a value of shape <paramref name="shape"/>.</summary>
    public static OnnxTensor ShapeOf(FileNode node, TensorShape shape)
    {
        if (node.OpType == "Size")
            return new OnnxTensor(default, [shape.ElementCount]);
        long[] lengths = [.. shape.Lengths.ToArray().Select(l => (long)l)];
        int from = Clamp(node.Int("start", 0), lengths.Length), to = Clamp(node.Int("end", lengths.Length), lengths.Length);
        return OnnxTensor.Ints(from < to ? lengths[from..to] : []);
    }

    private static int Clamp(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);

    private static OnnxTensor Cast(OnnxTensor tensor, long to) => to switch
    {
        1 or 10 or 11 or 16 => tensor.IsFloat ? tensor : new OnnxTensor(tensor.Shape, tensor.AsFloats()),
        9 =>
            new OnnxTensor(tensor.Shape,
                tensor.IsFloat ? Array.ConvertAll(tensor.Floats!, v => v != 0 ? 1L : 0) : Array.ConvertAll(tensor.Integers!, v => v != 0 ? 1L : 0)),
        >= 2 and <= 7 or 12 or 13 => new OnnxTensor(tensor.Shape, tensor.AsIntegers()),
        _ => throw new ConstantError($"a cast to element type {to} is not supported"),
    };

    private static OnnxTensor ConstantValue(FileNode node)
    {
        if (node.Attributes.Count != 1)
            throw new ConstantError($"expected one value attribute, received {node.Attributes.Count}");
        return node.Attributes.Values.First() switch
        {
            OnnxTensor tensor => tensor,
            long value => new OnnxTensor(default, [value]),
            float value => OnnxTensor.Float(value),
            long[] values => OnnxTensor.Ints(values),
            float[] values => new OnnxTensor(new TensorShape(values.Length), values),
            _ => throw new ConstantError("a constant text is not supported"),
        };
    }

    private static FrozenDictionary<string, (int, int)> Counts()
    {
        Dictionary<string, (int, int)> counts = new(StringComparer.Ordinal)
        {
            ["Constant"] = (0, 0),
            ["Range"] = (3, 3),
            ["Where"] = (3, 3),
            ["Slice"] = (3, 5),
            ["Split"] = (1, 2),
            ["Squeeze"] = (1, 2)
        };
        foreach (string name in (ReadOnlySpan<string>)["Add", "And", "Div", "Equal", "Expand", "Gather", "Greater", "GreaterOrEqual", "Less",
            "LessOrEqual", "Mod", "Mul", "Or", "Pow", "Reshape", "Sub", "Tile", "Unsqueeze"])
            counts[name] = (2, 2);
        foreach (string name in (ReadOnlySpan<string>)["Concat", "Max", "Min"])
            counts[name] = (1, int.MaxValue);
        foreach (string name in (ReadOnlySpan<string>)["ReduceMax", "ReduceMin", "ReduceProd", "ReduceSum"])
            counts[name] = (1, 2);
        return counts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>Constants that do not fit an operator; the tracer adds file and node.</summary>
internal sealed class ConstantError(string message) : Exception(message);
