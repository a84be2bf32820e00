using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>What an exported file says besides its numbers.</summary>
public sealed class ExportTests
{
    private static Graph Small => OnnxModel.Load(SharedFiles.Asset("golden", "onnx", "small_network.onnx")).Graph;

    [Test]
    public void Same_graph_gives_the_same_bytes()
    {
        OnnxExportOptions options = new() { Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } };
        Assert.That(OnnxAssert.Bytes(Small, options),
            Is.EqualTo(OnnxAssert.Bytes(Small, options with { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } })));
    }

    [Test]
    public void Header_holds_the_options()
    {
        byte[] bytes = OnnxAssert.Bytes(
            Small, new OnnxExportOptions { Opset = 15, IrVersion = 7, DocString = "skin", Metadata = new Dictionary<string, string> { ["key"] = "värde" } });
        ModelProto model = ModelProto.Parser.ParseFrom(bytes);
        Assert.That(
            (model.IrVersion, model.OpsetImport.Single().Version, model.DocString, model.ProducerName), Is.EqualTo((7L, 15L, "skin", "SkinClassifier")));
        Assert.That(OnnxModel.Load(bytes).Metadata, Is.EqualTo(new Dictionary<string, string> { ["key"] = "värde" }));
    }

    [Test]
    public void Defaults_are_opset_13_and_IR_8()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxAssert.Bytes(Small));
        Assert.That((model.IrVersion, model.OpsetImport.Single().Version), Is.EqualTo((8L, 13L)));
    }

    [Test]
    public void Batch_axis_is_named_and_weights_are_raw()
    {
        GraphProto graph = ModelProto.Parser.ParseFrom(OnnxAssert.Bytes(Small)).Graph;
        Assert.That(graph.Input.Single().Type.TensorType.Shape.Dim[0].DimParam, Is.EqualTo("N"));
        Assert.That(graph.Output.Single().Type.TensorType.Shape.Dim[0].DimParam, Is.EqualTo("N"));
        Assert.That(graph.Output.Single().Type.TensorType.Shape.Dim[1].DimValue, Is.EqualTo(3));
        Assert.That(graph.Initializer.All(t => t.RawData.Length > 0 && t.FloatData.Count == 0));
    }

    [Test]
    public void Float16_weights_are_widened_on_reading_and_close_to_the_original()
    {
        Graph graph = Small;
        byte[] bytes = OnnxAssert.Bytes(graph, new OnnxExportOptions { Float16Weights = true });
        Graph again = OnnxModel.Load(bytes).Graph;
        Assert.That(again.Nodes.Select(n => n.Operator.OpType), Is.EqualTo(graph.Nodes.Select(n => n.Operator.OpType)));
        foreach ((string name, Tensor value) in graph.Parameters)
            for (int i = 0; i < value.Values.Length; i++)
                Assert.That(again.Parameters[name].Values[i], Is.EqualTo(value.Shape.Rank < 2 ? value.Values[i] : (float)(Half)value.Values[i]), name);
        Tensor input = NpyFile.Read(SharedFiles.Asset("golden", "onnx", "small_network.input.npy"));
        OnnxAssert.Close(OnnxAssert.Run(again, input), OnnxAssert.Run(graph, input), 2e-3);
    }

    [TestCase(8)]
    [TestCase(21)]
    public void Opset_outside_of_the_range_is_refused(int opset) =>
        Assert.That(() => OnnxAssert.Bytes(Small, new OnnxExportOptions { Opset = opset }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("9 to 20"));

    [Test]
    public void What_an_old_opset_cannot_say_is_refused_with_node_and_opset()
    {
        Operator pool = OperatorCatalog.Create(
            "MaxPool", new OperatorAttributes(new Dictionary<string, object> { ["kernel_shape"] = new long[] { 2, 2 }, ["ceil_mode"] = 1L }), 1, 1);
        Graph graph =
            new("net", [new GraphInput("x", new TensorShape(-1, 3, -1, -1))], [new Node("pool", pool, ["x"], ["y"])], ["y"], new Dictionary<string, Tensor>());
        Assert.That(() => OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 9 }),
            Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("'pool' (MaxPool)").And.Message.Contains("opset 10"));
    }

    [TestCase("MaxPool", 7, 3, 2, 0)]
    [TestCase("MaxPool", 6, 2, 2, 1)]
    [TestCase("MaxPool", 5, 1, 3, 0)]
    [TestCase("AveragePool", 8, 3, 2, 0)]
    [TestCase("AveragePool", 9, 3, 4, 1)]
    public void Rounding_up_in_opset_9_is_said_with_padding(string opType, int size, int kernel, int stride, int pad)
    {
        Operator pool = OperatorCatalog.Create(opType,
            new OperatorAttributes(new Dictionary<string, object>
            {
                ["kernel_shape"] = new long[] { kernel, kernel },
                ["strides"] = new long[] { stride, stride },
                ["pads"] = new long[] { pad, pad, pad, pad },
                ["ceil_mode"] = 1L
            }), 1, 1);
        Graph graph = new(
            "net", [new GraphInput("x", new TensorShape(-1, 2, size, size))], [new Node("pool", pool, ["x"], ["y"])], ["y"], new Dictionary<string, Tensor>());
        byte[] bytes = OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 9 });
        Assert.That(ModelProto.Parser.ParseFrom(bytes).Graph.Node.Single().Attribute.Select(a => a.Name), Has.No.Member("ceil_mode"));
        Tensor input = new(new TensorShape(2, 2, size, size));
        for (int i = 0; i < input.Values.Length; i++)
            input.Values[i] = i * 37 % 23 - 30; // below 0, so that padding with zeros would show
        OnnxAssert.Close(OnnxAssert.Run(OnnxModel.Load(bytes).Graph, input), OnnxAssert.Run(graph, input), 1e-6);
    }
}
