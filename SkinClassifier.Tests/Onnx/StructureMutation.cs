using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx.Schema;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Changes the structure of an ONNX file at random: nodes, attributes, types, names, shapes, weights, versions, functions.</summary>
internal sealed class StructureMutation(SeededRandom random)
{
    private static readonly long[] _numbers =
        [0, 1, -1, 2, 3, 7, 16, 255, -16, 1 << 20, int.MaxValue, int.MinValue, 1L << 31, 1L << 40, long.MaxValue, long.MinValue];
    private static readonly float[] _floats = [0, 1, -1, float.NaN, float.PositiveInfinity, float.MinValue, 1e-30f, 1e30f, 0.5f];
    private static readonly string[] _types = [.. OperatorCatalog.OpTypes, "Constant", "ConstantOfShape", "Shape", "Size", "Range", "Tile", "Mod",
        "Mean", "Upsample", "ReduceProd", "Not", "Loop", "Einsum", ""];
    private static readonly string[] _names =
    [
        "axis", "axes", "perm", "pads", "strides", "dilations", "kernel_shape", "group", "auto_pad", "mode", "to", "value", "value_ints", "size",
        "split", "starts", "ends", "scales", "blocksize",
        "num_groups", "num_outputs", "keepdims", "epsilon", "alpha", "allowzero", "coordinate_transformation_mode", "start", "end", "broadcast",
        "training_mode", "transA", "unheard_of",
    ];

    /// <summary>One change.</summary>
    public void Apply(ModelProto model)
    {
        switch (random.NextInt32(12))
        {
            case 0 or 1 or 2 when model.Graph.Node.Count > 0:
                Change(Any(model.Graph.Node), model.Graph);
                break;
            case 3 or 4 or 5 when model.Graph.Node.Count > 0:
                ChangeAttributes(Any(model.Graph.Node));
                break;
            case 6 or 7 when model.Graph.Initializer.Count > 0:
                Change(Any(model.Graph.Initializer), model.Graph);
                break;
            case 8 when model.Graph.Input.Count > 0:
                Change(Any(model.Graph.Input));
                break;
            case 9:
                ChangeNodes(model.Graph);
                break;
            case 10:
                ChangeModel(model);
                break;
            default:
                if (model.Graph.Output.Count > 0)
                    Any(model.Graph.Output).Name = AnyValue(model.Graph);
                break;
        }
    }

    private void Change(NodeProto node, GraphProto graph)
    {
        switch (random.NextInt32(8))
        {
            case 0:
                node.OpType = _types[random.NextInt32(_types.Length)];
                break;
            case 1 when node.Input.Count > 0:
                node.Input[random.NextInt32(node.Input.Count)] = AnyValue(graph);
                break;
            case 2 when node.Input.Count > 0:
                node.Input.RemoveAt(random.NextInt32(node.Input.Count));
                break;
            case 3:
                node.Input.Add(AnyValue(graph));
                break;
            case 4 when node.Output.Count > 0:
                node.Output[random.NextInt32(node.Output.Count)] = AnyValue(graph);
                break;
            case 5:
                node.Output.Add($"new{random.NextInt32(5)}");
                break;
            case 6 when node.Output.Count > 0:
                node.Output.RemoveAt(0);
                break;
            default:
                node.Domain = random.NextInt32(3) switch { 0 => "local", 1 => "ai.onnx", _ => "com.example" };
                break;
        }
    }

    private void ChangeAttributes(NodeProto node)
    {
        if (node.Attribute.Count == 0 || random.NextInt32(4) == 0)
            node.Attribute.Add(new AttributeProto { Name = _names[random.NextInt32(_names.Length)] });
        AttributeProto attribute = Any(node.Attribute);
        switch (random.NextInt32(8))
        {
            case 0:
                node.Attribute.Remove(attribute);
                break;
            case 1:
                attribute.Name = _names[random.NextInt32(_names.Length)];
                break;
            case 2:
                attribute.Type = (AttributeType)random.NextInt32(16);
                break;
            case 3 or 4:
                (attribute.Type, attribute.I) = (AttributeType.Int, AnyNumber());
                break;
            case 5:
                attribute.Type = AttributeType.Ints;
                if (attribute.Ints.Count > 0 && random.NextInt32(2) == 0)
                    attribute.Ints[random.NextInt32(attribute.Ints.Count)] = AnyNumber();
                else if (attribute.Ints.Count > 0 && random.NextInt32(2) == 0)
                    attribute.Ints.RemoveAt(0);
                else
                    attribute.Ints.Add(AnyNumber());
                break;
            case 6:
                (attribute.Type, attribute.F) = (AttributeType.Float, _floats[random.NextInt32(_floats.Length)]);
                break;
            default:
                (attribute.Type, attribute.S) = (AttributeType.String, ByteString.CopyFromUtf8(random.NextInt32(2) == 0 ? "reflect" : "SAME_UPPER"));
                break;
        }
    }

    private void Change(TensorProto tensor, GraphProto graph)
    {
        switch (random.NextInt32(8))
        {
            case 0 when tensor.Dims.Count > 0:
                tensor.Dims[random.NextInt32(tensor.Dims.Count)] = AnyNumber();
                break;
            case 1:
                tensor.Dims.Add(AnyNumber());
                break;
            case 2 when tensor.Dims.Count > 0:
                tensor.Dims.RemoveAt(0);
                break;
            case 3:
                tensor.DataType = random.NextInt32(24);
                break;
            case 4:
                tensor.Name = AnyValue(graph);
                break;
            case 5:
                tensor.RawData = ByteString.CopyFrom(new byte[random.NextInt32(64)]);
                break;
            case 6:
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = random.NextInt32(2) == 0 ? "../x" : "x\0y" });
                break;
            default:
                // Numbers that are the same bits as another shape's: contents of shapes and axes change.
                if (tensor.Int64Data.Count > 0)
                    tensor.Int64Data[random.NextInt32(tensor.Int64Data.Count)] = AnyNumber();
                else if (tensor.DataType == (int)TensorProto.Types.DataType.Int64 && tensor.RawData.Length >= 8)
                {
                    byte[] bytes = tensor.RawData.ToByteArray();
                    BitConverter.TryWriteBytes(bytes.AsSpan(8 * random.NextInt32(bytes.Length / 8)), AnyNumber());
                    tensor.RawData = ByteString.CopyFrom(bytes);
                }
                break;
        }
    }

    private void Change(ValueInfoProto value)
    {
        switch (random.NextInt32(6))
        {
            case 0:
                value.Type = null;
                break;
            case 1 when value.Type?.TensorType is { } tensor:
                tensor.ElemType = random.NextInt32(24);
                break;
            case 2 when value.Type?.TensorType is { } tensor:
                tensor.Shape = null;
                break;
            case 3 when value.Type?.TensorType?.Shape is { } shape:
                shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = AnyNumber() });
                break;
            case 4 when value.Type?.TensorType?.Shape is { Dim.Count: > 0 } shape:
                shape.Dim.RemoveAt(0);
                break;
            default:
                if (value.Type?.TensorType?.Shape is { Dim.Count: > 0 } lengths)
                    lengths.Dim[random.NextInt32(lengths.Dim.Count)] = random.NextInt32(3) == 0
                        ? new TensorShapeProto.Types.Dimension { DimParam = "free" } : new TensorShapeProto.Types.Dimension { DimValue = AnyNumber() };
                break;
        }
    }

    private void ChangeNodes(GraphProto graph)
    {
        if (graph.Node.Count == 0)
            return;
        int at = random.NextInt32(graph.Node.Count);
        switch (random.NextInt32(4))
        {
            case 0:
                graph.Node.RemoveAt(at);
                break;
            case 1:
                graph.Node.Add(graph.Node[at].Clone());
                break;
            case 2:
                NodeProto moved = graph.Node[at];
                graph.Node.RemoveAt(at);
                graph.Node.Insert(random.NextInt32(graph.Node.Count + 1), moved);
                break;
            default:
                string value = AnyValue(graph), made = $"made{graph.Node.Count}";
                graph.Node.Insert(
                    at, new NodeProto { OpType = _types[random.NextInt32(_types.Length)], Input = { value, AnyValue(graph) }, Output = { made } });
                if (graph.Node[^1].Input.Count > 0)
                    graph.Node[^1].Input[0] = made;
                break;
        }
    }

    private void ChangeModel(ModelProto model)
    {
        switch (random.NextInt32(5))
        {
            case 0:
                model.IrVersion = AnyNumber();
                break;
            case 1 when model.OpsetImport.Count > 0:
                model.OpsetImport[0].Version = random.NextInt32(2) == 0 ? random.NextInt32(30) : AnyNumber();
                break;
            case 2:
                model.MetadataProps.Add(new StringStringEntryProto { Key = random.NextInt32(2) == 0 ? "names" : "skinclassifier.labels", Value = "{0: 'a'" });
                break;
            case 3 when model.Graph.Node.Count > 0:
                NodeProto body = Any(model.Graph.Node).Clone();
                FunctionProto function = new()
                {
                    Name = "f",
                    Domain = "local",
                    Node = { body,
                        new NodeProto { OpType = random.NextInt32(2) == 0 ? "f" : "Relu", Domain = "local", Input = { body.Output }, Output = { "out" } } }
                };
                function.Input.Add(body.Input);
                function.Output.Add(random.NextInt32(2) == 0 ? "out" : body.Output.FirstOrDefault("out"));
                model.Functions.Add(function);
                Any(model.Graph.Node).Domain = "local";
                Any(model.Graph.Node).OpType = "f";
                break;
            default:
                model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = random.NextInt32(26) });
                break;
        }
    }

    private string AnyValue(GraphProto graph) => random.NextInt32(6) switch
    {
        0 => "",
        1 => "nowhere",
        2 when graph.Initializer.Count > 0 => Any(graph.Initializer).Name,
        3 when graph.Input.Count > 0 => Any(graph.Input).Name,
        _ => graph.Node.Count > 0 && Any(graph.Node) is { Output.Count: > 0 } node ? Any(node.Output) : "nothing",
    };

    private long AnyNumber() => _numbers[random.NextInt32(_numbers.Length)];

    private T Any<T>(IList<T> list) => list[random.NextInt32(list.Count)];
}
