using System.Diagnostics;
using Google.Protobuf;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Reading takes work and memory in proportion to the file, whatever its structure and the shapes it declares.</summary>
public sealed class LinearReadingTests
{
    private static IEnumerable<string> Kinds =>
        ["chain", "identities", "fan out", "fan in", "weights", "constants", "shape arithmetic", "backwards", "functions", "casts", "reshapes", "unused"];

    /// <summary>Twice the nodes take no more than 2.6 times the allocations: what is quadratic takes four times.</summary>
    [TestCaseSource(nameof(Kinds))]
    public void Work_grows_with_the_number_of_nodes(string kind)
    {
        byte[] small = Build(kind, 4000), large = Build(kind, 8000);
        Allocated(small);
        double first = Allocated(small), second = Allocated(large);
        TestContext.Out.WriteLine($"{kind}: {first / 4000:0} and {second / 8000:0} bytes a node, {second / large.Length:0} a byte of the file");
        Assert.That(second / first, Is.LessThan(2.6));
    }

    [TestCaseSource(nameof(Kinds))]
    [Category("Slow")]
    public void Two_hundred_thousand_nodes_are_read_in_five_seconds(string kind)
    {
        byte[] bytes = Build(kind, 200_000);
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime; // the clock would also count what other processes do
        Assert.That(OnnxModel.Load(bytes, "big.onnx").Graph.Outputs, Is.EqualTo(new[] { "y" }));
        process.Refresh();
        double seconds = (process.TotalProcessorTime - before).TotalSeconds;
        TestContext.Out.WriteLine($"{kind}: {seconds:0.00} s of processor time, {bytes.Length / 1e6:0.0} MB");
        Assert.That(seconds, Is.LessThan(5));
    }

    private static long Allocated(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxModel model = OnnxModel.Load(bytes, "big.onnx");
        _ = FeatureTensor.TryFind(model.Graph);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Build(string kind, int count)
    {
        GraphProto graph = new() { Name = "net" };
        ModelProto model = new() { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } };
        TensorShapeProto shape =
            new() { Dim = { new TensorShapeProto.Types.Dimension { DimValue = 1 }, new TensorShapeProto.Types.Dimension { DimValue = 4 } } };
        graph.Input.Add(new ValueInfoProto { Name = "v0", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } });
        graph.Output.Add(new ValueInfoProto { Name = "y" });
        int last = count;
        switch (kind)
        {
            case "chain" or "identities" or "casts" or "reshapes":
                for (int i = 0; i < count; i++)
                    graph.Node.Add(kind switch
                    {
                        "chain" => Node("Relu", $"v{i + 1}", $"v{i}"),
                        "identities" => Node("Identity", $"v{i + 1}", $"v{i}"),
                        "casts" => Integer(Node("Cast", $"v{i + 1}", $"v{i}"), "to", 1),
                        _ => Node("Reshape", $"v{i + 1}", $"v{i}", "target"),
                    });
                graph.Initializer.Add(new TensorProto { Name = "target", DataType = (int)DataType.Int64, Dims = { 2 }, Int64Data = { 1, 4 } });
                break;
            case "backwards":
                for (int i = count - 1; i >= 0; i--)
                    graph.Node.Add(Node("Relu", $"v{i + 1}", $"v{i}"));
                break;
            case "fan out" or "fan in":
                for (int i = 1; i < count; i++)
                    graph.Node.Add(kind == "fan out" ? Node("Add", $"v{i + 1}", i == 1 ? "v0" : $"v{i}", "v0") : Node("Relu", $"v{i}", "v0"));
                if (kind == "fan in")
                    graph.Node.Add(Node("Sum", $"v{count}", [.. Enumerable.Range(1, count - 1).Select(i => $"v{i}")]));
                break;
            case "weights":
                for (int i = 0; i < count; i++)
                {
                    graph.Initializer.Add(new TensorProto { Name = $"w{i}", DataType = (int)DataType.Float, Dims = { 4 }, FloatData = { 1, 2, 3, 4 } });
                    graph.Node.Add(Node("Add", $"v{i + 1}", $"v{i}", $"w{i}"));
                }
                break;
            case "constants":
                for (int i = 0; i < count / 2; i++)
                {
                    NodeProto constant = Node("Constant", $"c{i}");
                    constant.Attribute.Add(new AttributeProto { Name = "value_float", Type = AttributeType.Float, F = i });
                    graph.Node.Add(constant);
                    graph.Node.Add(Node("Mul", $"v{i + 1}", $"v{i}", $"c{i}"));
                }
                last = count / 2;
                break;
            case "shape arithmetic":
                for (int i = 0; i < count / 4; i++)
                {
                    graph.Node.Add(Node("Shape", $"s{i}", $"v{i}"));
                    graph.Node.Add(Node("Gather", $"g{i}", $"s{i}", "zero"));
                    graph.Node.Add(Integer(Node("Concat", $"t{i}", $"g{i}", "minus"), "axis", 0));
                    graph.Node.Add(Node("Reshape", $"v{i + 1}", $"v{i}", $"t{i}"));
                }
                graph.Initializer.Add(new TensorProto { Name = "zero", DataType = (int)DataType.Int64, Dims = { 1 }, Int64Data = { 0 } });
                graph.Initializer.Add(new TensorProto { Name = "minus", DataType = (int)DataType.Int64, Dims = { 1 }, Int64Data = { -1 } });
                last = count / 4;
                break;
            case "functions":
                for (int i = 0; i < count / 2; i++)
                    graph.Node.Add(new NodeProto { Name = "call", OpType = "Two", Domain = "f", Input = { $"v{i}" }, Output = { $"v{i + 1}" } });
                model.Functions.Add(new FunctionProto
                {
                    Name = "Two",
                    Domain = "f",
                    Input = { "a" },
                    Output = { "b" },
                    Node = { Node("Relu", "t", "a"), Node("Abs", "b", "t") }
                });
                last = count / 2;
                break;
            default:
                for (int i = 0; i < count; i++)
                    graph.Node.Add(Node("Mystery", $"u{i}", "v0"));
                last = 0;
                break;
        }
        graph.Node.Add(Node("Sigmoid", "y", $"v{last}"));
        return model.ToByteArray();
    }

    private static NodeProto Node(string opType, string output, params string[] inputs) => new() { OpType = opType, Input = { inputs }, Output = { output } };

    private static NodeProto Integer(NodeProto node, string name, long value)
    {
        node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeType.Int, I = value });
        return node;
    }
}
