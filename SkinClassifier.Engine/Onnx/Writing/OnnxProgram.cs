using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using SkinClassifier.Onnx.Schema;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Writing;

/// <summary>
/// An ONNX file put together node by node, for computations that a <see cref="Graphs.Graph"/> does not hold: lengths that depend on the input,
/// bytes and whole numbers. Every method gives the name of its result. The same calls give the same bytes.
/// </summary>
/// <param name="name">Name of the graph.</param>
internal sealed class OnnxProgram(string name)
{
    /// <summary>Numbers of ONNX element types for Cast.</summary>
    public const long Float32 = (long)DataType.Float, Int64 = (long)DataType.Int64;

    private readonly GraphProto _graph = new() { Name = name };
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);

    /// <summary>An input of bytes with fixed lengths.</summary>
    public string ByteInput(string input, params ReadOnlySpan<long> lengths)
    {
        _graph.Input.Add(Value(input, DataType.Uint8, lengths));
        return input;
    }

    /// <summary>One float.</summary>
    public string Number(float value) => Constant($"f{value.ToString("R", CultureInfo.InvariantCulture)}", DataType.Float, [value], []);

    /// <summary>Floats of a shape.</summary>
    public string Floats(float[] values, params ReadOnlySpan<long> lengths) => Constant($"floats{_constants.Count}", DataType.Float, values, lengths);

    /// <summary>One whole number of 64 bits without axes.</summary>
    public string Whole(long value) => Constant($"i{value}", DataType.Int64, [value], []);

    /// <summary>A list of whole numbers of 64 bits: axes, lengths.</summary>
    public string List(params long[] values) => Constant($"l{string.Join('_', values)}", DataType.Int64, values, [values.Length]);

    /// <summary>Adds a node with one result; attributes are long, float, string or long[].</summary>
    public string Add(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        AddAs($"{operation}{_graph.Node.Count.ToString(CultureInfo.InvariantCulture)}", operation, inputs, attributes);

    /// <summary>As <see cref="Add"/>, with a name for the result.</summary>
    public string AddAs(string output, string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        NodeProto node = new() { Name = output, OpType = operation };
        foreach (string input in inputs)
            node.Input.Add(input);
        node.Output.Add(output);
        foreach ((string attribute, object value) in attributes)
            node.Attribute.Add(Attribute(attribute, value));
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>The file, with one output of floats.</summary>
    public byte[] ToArray(string output, int opset, int irVersion, params ReadOnlySpan<long> lengths)
    {
        _graph.Output.Add(Value(output, DataType.Float, lengths));
        ModelProto model = new() { IrVersion = irVersion, ProducerName = "SkinClassifier", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        return model.ToByteArray();
    }

    private string Constant<T>(string constant, DataType type, T[] values, ReadOnlySpan<long> lengths) where T : unmanaged
    {
        if (_constants.TryGetValue(constant, out string? known))
            return known;
        byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        if (!BitConverter.IsLittleEndian)
            for (int i = 0, size = bytes.Length / values.Length; i < bytes.Length; i += size)
                bytes.AsSpan(i, size).Reverse();
        TensorProto tensor = new() { Name = constant, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (long length in lengths)
            tensor.Dims.Add(length);
        _graph.Initializer.Add(tensor);
        _constants.Add(constant, constant);
        return constant;
    }

    private static AttributeProto Attribute(string attribute, object value)
    {
        AttributeProto message = new() { Name = attribute };
        switch (value)
        {
            case long v:
                (message.Type, message.I) = (AttributeType.Int, v);
                break;
            case string v:
                (message.Type, message.S) = (AttributeType.String, ByteString.CopyFromUtf8(v));
                break;
            case long[] v:
                message.Type = AttributeType.Ints;
                message.Ints.Add(v);
                break;
            default:
                throw new ArgumentException($"ONNX attribute {attribute}: expected a whole number, a list of them or a text, received {value.GetType().Name}.");
        }
        return message;
    }

    private static ValueInfoProto Value(string value, DataType type, ReadOnlySpan<long> lengths)
    {
        TensorShapeProto shape = new();
        foreach (long length in lengths)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        return new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}
