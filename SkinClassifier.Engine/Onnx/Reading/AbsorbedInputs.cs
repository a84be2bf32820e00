using System.Collections.Frozen;
using SkinClassifier.Graphs;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Which ONNX inputs an operator holds as constants instead of reading tensors, in the terms of opset 20.</summary>
internal static class AbsorbedInputs
{
    /// <summary>What an absorbed input becomes.</summary>
    public enum Form
    {
        /// <summary>A float.</summary>
        Float,

        /// <summary>float[].</summary>
        Floats,

        /// <summary>long[], also from a single number.</summary>
        Integers,

        /// <summary>long for rank 0, long[] for rank 1.</summary>
        IntegersOfRank,
    }

    private static readonly FrozenDictionary<string, Dictionary<int, Form>> _table = new Dictionary<string, Dictionary<int, Form>>(StringComparer.Ordinal)
    {
        ["Clip"] = new() { [1] = Form.Float, [2] = Form.Float },
        ["Dropout"] = new() { [1] = Form.Float },
        ["Expand"] = new() { [1] = Form.Integers },
        ["Gather"] = new() { [1] = Form.IntegersOfRank },
        ["Pad"] = new() { [1] = Form.Integers, [2] = Form.Float, [3] = Form.Integers },
        ["ReduceL1"] = new() { [1] = Form.Integers },
        ["ReduceL2"] = new() { [1] = Form.Integers },
        ["ReduceMax"] = new() { [1] = Form.Integers },
        ["ReduceMean"] = new() { [1] = Form.Integers },
        ["ReduceMin"] = new() { [1] = Form.Integers },
        ["ReduceProd"] = new() { [1] = Form.Integers },
        ["ReduceSum"] = new() { [1] = Form.Integers },
        ["ReduceSumSquare"] = new() { [1] = Form.Integers },
        ["Reshape"] = new() { [1] = Form.Integers },
        ["Resize"] = new() { [1] = Form.Floats, [2] = Form.Floats, [3] = Form.Integers },
        ["Slice"] = new() { [1] = Form.Integers, [2] = Form.Integers, [3] = Form.Integers, [4] = Form.Integers },
        ["Split"] = new() { [1] = Form.Integers },
        ["Squeeze"] = new() { [1] = Form.Integers },
        ["Tile"] = new() { [1] = Form.Integers },
        ["Unsqueeze"] = new() { [1] = Form.Integers },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The form of input <paramref name="input"/> of <paramref name="opType"/>, or null when it is a tensor input.</summary>
    public static Form? Of(string opType, int input) =>
        _table.TryGetValue(opType, out Dictionary<int, Form>? inputs) && inputs.TryGetValue(input, out Form form) ? form : null;

    /// <summary>The constant in the form that <see cref="OperatorAttributes.ConstantInputs"/> wants, or null when its shape does not fit.</summary>
    public static object? Convert(OnnxTensor tensor, Form form) => form switch
    {
        Form.Float => tensor.Count == 1 ? tensor.AsFloats()[0] : null,
        Form.Floats => tensor.Shape.Rank <= 1 ? tensor.AsFloats() : null,
        Form.Integers => tensor.Shape.Rank <= 1 ? tensor.AsIntegers() : null,
        _ => tensor.Shape.Rank == 0 ? tensor.AsIntegers()[0] : tensor.Shape.Rank == 1 ? tensor.AsIntegers() : null,
    };
}
