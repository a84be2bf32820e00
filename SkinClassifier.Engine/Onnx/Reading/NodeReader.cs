using SkinClassifier.Graphs.Files;
using SkinClassifier.Onnx.Schema;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Reads NodeProto messages and checks the kind and range of every attribute.</summary>
internal sealed class NodeReader(FileError error, TensorReader tensors)
{
    private static readonly Dictionary<string, AttributeType> Kinds = new(StringComparer.Ordinal);

    static NodeReader()
    {
        Name(AttributeType.Int, "axis", "group", "ceil_mode", "count_include_pad", "storage_order", "keepdims", "noop_with_empty_axes", "transA",
            "transB", "allowzero", "training_mode",
            "num_outputs", "batch_dims", "start", "end", "num_groups", "stash_type", "select_last_index", "size", "antialias", "exclude_outside",
            "broadcast", "is_test", "spatial", "seed", "inclusive",
            "saturate", "p", "largest", "sorted", "blocksize", "exclusive", "reverse", "across_channels", "normalize_variance", "fmod", "k",
            "time_axis", "batch_axis", "align_corners", "direction_code", "input_forget");
        Name(AttributeType.Float, "min", "max", "alpha", "beta", "epsilon", "momentum", "bias", "gamma", "lambd", "ratio", "cubic_coeff_a",
            "extrapolation_value", "value_float", "mean", "scale", "low", "high", "threshold");
        Name(AttributeType.String, "auto_pad", "mode", "coordinate_transformation_mode", "nearest_mode", "approximate", "keep_aspect_ratio_policy",
            "value_string", "direction", "equation", "reduction", "padding_mode");
        Name(AttributeType.Ints, "dilations", "kernel_shape", "pads", "paddings", "strides", "output_padding", "output_shape", "perm", "axes",
            "split", "starts", "ends", "value_ints", "consumed_inputs", "shape", "repeats");
        Name(AttributeType.Floats, "value_floats", "scales");
        Kinds["value_int"] = AttributeType.Int;
    }

    private static void Name(AttributeType kind, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            Kinds[name] = kind;
    }

    /// <summary>
    /// Reads the names of one node; <paramref name="index"/> makes a name where the file gives none. An operator of another domain has that domain in
    /// its name.
    /// </summary>
    public static MessageNode Open(NodeProto node, int index)
    {
        string opType = ModelFile.IsStandard(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}";
        return new MessageNode(node, opType, node.Name.Length > 0 ? node.Name : $"{opType}_{index}");
    }

    /// <summary>Reads the attributes of a node that is needed.</summary>
    public void ReadAttributes(MessageNode node)
    {
        foreach (AttributeProto attribute in node.Message.Attribute)
        {
            object value = Value(node, attribute);
            Check(node, attribute.Name, value);
            if (!node.Attributes.TryAdd(attribute.Name, value))
                throw error.Damaged(node, $"attribute {attribute.Name} is given twice.");
        }
    }

    private object Value(FileNode node, AttributeProto attribute)
    {
        if (attribute.RefAttrName.Length > 0)
            throw error.Damaged(node, $"attribute {attribute.Name} refers to a function's attribute '{attribute.RefAttrName}' outside of a function.");
        return Kind(attribute) switch
        {
            AttributeType.Float => attribute.F,
            AttributeType.Int => attribute.I,
            AttributeType.String => attribute.S.ToStringUtf8(),
            AttributeType.Floats => attribute.Floats.ToArray(),
            AttributeType.Ints => attribute.Ints.ToArray(),
            AttributeType.Strings => attribute.Strings.Select(s => s.ToStringUtf8()).ToArray(),
            AttributeType.Tensor when attribute.T is not null => tensors.Read(attribute.T),
            AttributeType kind => throw error.Unsupported(node, $"attribute {attribute.Name} of kind {kind} is not supported."),
        };
    }

    private static AttributeType Kind(AttributeProto attribute)
    {
        if (attribute.Type != AttributeType.Undefined)
            return attribute.Type;
        if (attribute.HasF)
            return AttributeType.Float;
        if (attribute.HasI)
            return AttributeType.Int;
        if (attribute.HasS)
            return AttributeType.String;
        if (attribute.T is not null)
            return AttributeType.Tensor;
        if (attribute.Floats.Count > 0)
            return AttributeType.Floats;
        return attribute.Strings.Count > 0 ? AttributeType.Strings : AttributeType.Ints;
    }

    private void Check(FileNode node, string name, object value)
    {
        if (name == "value" || name == "to")
        {
            bool fits = name == "to" ? value is long or string : node.OpType == "Pad" ? value is float : value is OnnxTensor;
            if (!fits)
                throw error.Damaged(node, $"attribute {name} has the wrong kind.");
            return;
        }
        if (!Kinds.TryGetValue(name, out AttributeType kind))
            throw error.Unsupported(node, $"attribute '{name}' is not known. Export the model with standard ONNX operators.");
        bool right = kind switch
        {
            AttributeType.Int => value is long,
            AttributeType.Float => value is float,
            AttributeType.String => value is string,
            AttributeType.Ints => value is long[],
            _ => value is float[],
        };
        if (!right)
            throw error.Damaged(node, $"attribute {name}: expected {kind}, received {Describe(value)}.");
        CheckRange(node, name, value);
    }

    private void CheckRange(FileNode node, string name, object value)
    {
        if (value is long number && name != "value_int" && node.OpType != "Shape" && number is < int.MinValue or > int.MaxValue)
            throw error.Damaged(node, $"attribute {name}: {number} is out of range.");
        (long low, long high) = name switch
        {
            "kernel_shape" or "strides" or "dilations" => (1, 1 << 15),
            "pads" or "paddings" or "output_padding" => (-(1 << 20), 1 << 20),
            "perm" => (0, 15),
            "group" or "num_groups" or "num_outputs" => (1, int.MaxValue),
            "axis" => (-16, 15),
            _ => (long.MinValue, long.MaxValue),
        };
        foreach (long v in value as long[] ?? (value is long single ? [single] : []))
            if (v < low || v > high)
                throw error.Damaged(node, $"attribute {name}: expected {low} to {high}, received {v}.");
    }

    private static string Describe(object value) => value switch
    {
        long => "an integer",
        float => "a float",
        string => "a text",
        long[] => "a list of integers",
        float[] => "a list of floats",
        string[] => "a list of texts",
        _ => "a tensor",
    };
}
