using System.Runtime.InteropServices;
using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Onnx.Reading;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Writing;

/// <summary>Writes graphs as ONNX files: nodes in running order, weights as raw float32 in the order of their first use.</summary>
internal static class ModelWriter
{
    /// <summary>Writes <paramref name="graph"/>.</summary>
    public static void Write(Graph graph, Stream destination, OnnxExportOptions options)
    {
        if (options.Opset is < OnnxExportOptions.LowestOpset or > OnnxExportOptions.HighestOpset)
            throw new ArgumentOutOfRangeException(nameof(options), options.Opset,
                $"Export: expected an opset from {OnnxExportOptions.LowestOpset} to {OnnxExportOptions.HighestOpset}, received {options.Opset}.");
        if (options.IrVersion is < 4 or > (int)ModelFile.NewestIr)
            throw new ArgumentOutOfRangeException(
                nameof(options), options.IrVersion, $"Export: expected an IR version from 4 to {ModelFile.NewestIr}, received {options.IrVersion}.");
        if (graph.Parameters.Values.Sum(p => (long)p.Shape.ElementCount * sizeof(float)) > int.MaxValue - (1 << 20))
            throw new UnsupportedContentException(
                $"Export of {graph.Name}: its weights are more than the 2 GiB that one ONNX file can hold. Use a smaller network.");
        ModelProto model = new()
        {
            IrVersion = options.IrVersion,
            ProducerName = options.ProducerName,
            DocString = options.DocString,
            Graph = GraphMessage(graph, options),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = options.Opset });
        foreach ((string key, string value) in options.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        model.WriteTo(destination);
    }

    private static GraphProto GraphMessage(Graph graph, OnnxExportOptions options)
    {
        TensorShape[] lanes = new DeclaredInput(graph.Inputs[0].Name, graph.Inputs[0].Shape).Lanes(freeBatch: false);
        IReadOnlyDictionary<string, TensorShape>[] shapes = [.. lanes.Select(graph.InferShapes)];
        ExportScope scope = new(graph, options.Opset, shapes[0], shapes[0].Keys);
        foreach (Node node in graph.Nodes)
            OpsetDowngrade.Run(Open(node, scope), scope);
        GraphProto message = new() { Name = graph.Name };
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (FileNode node in scope.Nodes)
        {
            foreach (string input in node.Inputs)
                if (written.Add(input) && !(options.Float16Weights && AddHalf(message, input, graph, scope)))
                    AddInitializer(message, input, graph, scope);
            message.Node.Add(NodeMessage(node, scope));
        }
        foreach (GraphInput input in graph.Inputs)
            message.Input.Add(ValueMessage(input.Name, [.. input.Shape.Lengths.ToArray()
                .Select(
                    (l, axis) => l == TensorShape.Free ? AxisName(axis, input.Shape.Rank) : l.ToString(System.Globalization.CultureInfo.InvariantCulture))]));
        foreach (string output in graph.Outputs)
        {
            if (graph.Parameters.ContainsKey(output) && written.Add(output))
                AddInitializer(message, output, graph, scope);
            message.Output.Add(ValueMessage(output, OutputAxes([.. shapes.Select(s => s[output])], lanes)));
        }
        return message;
    }

    /// <summary>A node with its constant inputs as named constants again.</summary>
    private static FileNode Open(Node node, ExportScope scope)
    {
        FileNode result =
            new(node.Operator.OpType, node.Name, node.Inputs, node.Outputs) { Attributes = new(node.Operator.Attributes.Attributes, StringComparer.Ordinal) };
        foreach ((int input, object value) in node.Operator.Attributes.ConstantInputs.OrderBy(c => c.Key))
            result.SetInput(input, scope.Constant(result, $"input{input}", value switch
            {
                long one => OperatorCatalog.Find(result.OpType)?.FormOf(input) is not (null or ConstantForm.IntegersOfRank)
                    ? OnnxTensor.Ints(one) : new OnnxTensor(default, [one]),
                long[] list => OnnxTensor.Ints(list),
                float one => OnnxTensor.Float(one),
                _ => new OnnxTensor(new TensorShape(((float[])value).Length), (float[])value),
            }));
        return result;
    }

    private static NodeProto NodeMessage(FileNode node, ExportScope scope)
    {
        NodeProto message = new() { Name = node.Name, OpType = node.OpType };
        message.Input.Add(node.Inputs);
        message.Output.Add(node.Outputs);
        foreach ((string name, object value) in node.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            AttributeProto attribute = new() { Name = name };
            switch (value)
            {
                case long v:
                    (attribute.Type, attribute.I) = (AttributeType.Int, v);
                    break;
                case float v:
                    (attribute.Type, attribute.F) = (AttributeType.Float, v);
                    break;
                case string v:
                    (attribute.Type, attribute.S) = (AttributeType.String, ByteString.CopyFromUtf8(v));
                    break;
                case long[] v:
                    attribute.Type = AttributeType.Ints;
                    attribute.Ints.Add(v);
                    break;
                case float[] v:
                    attribute.Type = AttributeType.Floats;
                    attribute.Floats.Add(v);
                    break;
                default:
                    throw scope.Unsupported(node, $"attribute {name} of type {value.GetType().Name} cannot be written.");
            }
            message.Attribute.Add(attribute);
        }
        return message;
    }

    private static void AddInitializer(GraphProto message, string name, Graph graph, ExportScope scope)
    {
        if (graph.Parameters.TryGetValue(name, out Tensor? parameter) && scope.Conditions.Contains(name))
            message.Initializer.Add(
                TensorMessage(name, parameter.Shape, DataType.Bool, Array.ConvertAll(parameter.Values.ToArray(), v => v != 0 ? (byte)1 : (byte)0)));
        else if (graph.Parameters.TryGetValue(name, out parameter))
            message.Initializer.Add(TensorMessage(name, parameter.Shape, DataType.Float, MemoryMarshal.AsBytes(parameter.Values)));
        else if (scope.Constants.TryGetValue(name, out OnnxTensor? constant))
            message.Initializer.Add(constant.IsFloat
                ? TensorMessage(name, constant.Shape, DataType.Float, MemoryMarshal.AsBytes(constant.Floats.AsSpan()))
                : TensorMessage(name, constant.Shape, DataType.Int64, MemoryMarshal.AsBytes(constant.Integers.AsSpan())));
    }

    /// <summary>Writes a weight as float16 and a Cast that widens it again; false when it should stay float32.</summary>
    private static bool AddHalf(GraphProto message, string name, Graph graph, ExportScope scope)
    {
        if (!graph.Parameters.TryGetValue(name, out Tensor? parameter) || parameter.Shape.Rank < 2)
            return false;
        Half[] values = new Half[parameter.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (Half)parameter.Values[i];
            if (Half.IsInfinity(values[i]))
                return false;
        }
        string half = scope.Fresh($"{name}/float16");
        message.Initializer.Add(TensorMessage(half, parameter.Shape, DataType.Float16, MemoryMarshal.AsBytes(values.AsSpan())));
        message.Node.Add(NodeMessage(new FileNode("Cast", half, [half], [name]) { Attributes = { ["to"] = (long)DataType.Float } }, scope));
        return true;
    }

    private static TensorProto TensorMessage(string name, TensorShape shape, DataType type, ReadOnlySpan<byte> content)
    {
        byte[] bytes = content.ToArray();
        if (!BitConverter.IsLittleEndian)
            for (int i = 0, size = type switch { DataType.Int64 => 8, DataType.Float16 => 2, DataType.Bool => 1, _ => 4 }; i < bytes.Length; i += size)
                bytes.AsSpan(i, size).Reverse();
        TensorProto message = new() { Name = name, DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        foreach (int length in shape.Lengths)
            message.Dims.Add(length);
        return message;
    }

    private static string AxisName(int axis, int rank) => axis == 0 ? "N" : rank == 4 && axis == 2 ? "H" : rank == 4 && axis == 3 ? "W" : $"D{axis}";

    private static string[] OutputAxes(TensorShape[] shapes, TensorShape[] lanes)
    {
        string[] axes = new string[shapes[0].Rank];
        for (int i = 0; i < axes.Length; i++)
            axes[i] = shapes.All(s => s[i] == shapes[0][i]) ? shapes[0][i].ToString(System.Globalization.CultureInfo.InvariantCulture)
                : lanes[0].Rank > 0 && shapes.Select((s, lane) => s[i] == lanes[lane][0]).All(same => same) ? "N" : "";
        return axes;
    }

    private static ValueInfoProto ValueMessage(string name, string[] axes)
    {
        TensorShapeProto shape = new();
        foreach (string axis in axes)
            shape.Dim.Add(axis.Length == 0 ? new TensorShapeProto.Types.Dimension()
                : char.IsAsciiDigit(axis[0])
                ? new TensorShapeProto.Types.Dimension { DimValue = long.Parse(axis, System.Globalization.CultureInfo.InvariantCulture) }
                : new TensorShapeProto.Types.Dimension { DimParam = axis });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape } }
        };
    }
}
