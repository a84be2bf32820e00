using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Tests.Onnx;

/// <summary>What is refused, and that the text says where and why.</summary>
public sealed class RefusalTests
{
    [Test]
    public void All_unsupported_operators_are_named_at_once()
    {
        ModelProto model = Model(Node("Relu", "x", "a"), Node("Frobnicate", "a", "b"), Node("LSTM", "b", "y"));
        Assert.That(
            () => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("Frobnicate, LSTM").And.Message.StartsWith("net.onnx"));
    }

    [Test]
    public void Operators_of_other_domains_are_named()
    {
        ModelProto model = Model(Node("Relu", "x", "y"));
        model.Graph.Node[0].Domain = "com.example";
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("com.example.Relu"));
    }

    [Test]
    public void An_unsupported_operator_that_no_output_needs_is_no_reason()
    {
        ModelProto model = Model(Node("Frobnicate", "x", "unused"), Node("Relu", "x", "y"));
        Assert.That(Load(model).Graph.Nodes, Has.Count.EqualTo(1));
    }

    [Test]
    public void Missing_values_circles_and_doubles_name_the_node()
    {
        Assert.That(() => Load(Model(Node("Relu", "nowhere", "y"))),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("node 'n0' (Relu)").And.Message.Contains("'nowhere'"));
        Assert.That(() => Load(Model(Node("Add", "x", "y", "b"), Node("Relu", "y", "b"))),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("its own output"));
        Assert.That(() => Load(Model(Node("Relu", "x", "y"), Node("Sigmoid", "x", "y"))),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("made twice"));
    }

    [Test]
    public void Hostile_sizes_are_refused_before_anything_is_allocated()
    {
        TensorProto weight = new() { Name = "w", DataType = (int)DataType.Float, RawData = ByteString.CopyFrom(1, 2, 3, 4), Dims = { 1 << 30, 1 << 30 } };
        ModelProto big = Model(Node("Add", "x", "y", "w"));
        big.Graph.Initializer.Add(weight);
        Assert.That(() => Load(big), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("'w'"));
        weight.Dims.Clear();
        weight.Dims.Add(1 << 28);
        Assert.That(() => Load(big), Throws.InstanceOf<InvalidContentException>().With.Message.Contains($"{1L << 30} bytes"));
        weight.Dims[0] = -4;
        Assert.That(() => Load(big), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("length -4"));
    }

    [Test]
    public void Computed_constants_are_bounded()
    {
        ModelProto model = Model(Node("ConstantOfShape", "size", "c"), Node("Add", "x", "y", "c"));
        model.Graph.Initializer.Add(Ints("size", 1 << 20, 1 << 10));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Load(model), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("ConstantOfShape"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        NodeProto[] doubling = [.. Enumerable.Range(0, 40).Select(i => Concat($"c{i}", $"c{i + 1}")), Node("Reshape", "x", "y", "c40")];
        ModelProto chain = Model(doubling);
        chain.Graph.Initializer.Add(Ints("c0", 1, 1, 1, 1));
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Load(chain), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("constants"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(256 << 20));
    }

    [Test]
    public void Wrong_bias_length_names_the_node()
    {
        ModelProto model = Model(Node("Conv", "x", "y", "w", "b"));
        model.Graph.Initializer.Add(Floats("w", [5, 3, 1, 1]));
        model.Graph.Initializer.Add(Floats("b", [4]));
        Assert.That(() => Load(model),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("node 'n0' (Conv)").And.Message.Contains("[5]").And.Message.Contains("[4]"));
    }

    [Test]
    public void Versions_out_of_range_are_named()
    {
        ModelProto model = Model(Node("Relu", "x", "y"));
        model.IrVersion = 99;
        Assert.That(() =>
            Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("IR version 99").And.Message.Contains("3 to 13")
                .And.Message.Contains("ir_version"));
        model.IrVersion = 8;
        model.OpsetImport[0].Version = 77;
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("opset 77"));
    }

    [TestCase("PK\u0003\u0004xxxx", "zip")]
    [TestCase("<!DOCTYPE html>", "web page")]
    [TestCase("version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    [TestCase("", "empty")]
    public void Other_files_are_recognized(string content, string word) =>
        Assert.That(() => OnnxModel.Load(System.Text.Encoding.Latin1.GetBytes(content), "net.onnx"),
            Throws.InstanceOf<SkinClassifierException>().With.Message.Contains(word).And.Message.StartsWith("net.onnx"));

    [Test]
    public void Pickle_and_HDF5_are_refused_with_the_conversion()
    {
        Assert.That(() => OnnxModel.Load([0x80, 2, 0x8A, 0x0A], "net.bin"),
            Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("torch.onnx.export"));
        Assert.That(() => OnnxModel.Load([0x89, .. "HDF\r\n"u8], "net.h5"), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("tf2onnx"));
    }

    [Test]
    public void Attribute_of_the_wrong_kind_is_refused()
    {
        ModelProto model = Model(Node("Concat", "x", "y"));
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeType.Float, F = 1 });
        Assert.That(() => Load(model), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("attribute axis: expected Int, received a float"));
    }

    [TestCase("../outside.bin")]
    [TestCase("/etc/hostname")]
    [TestCase("sub/../../outside.bin")]
    public void External_data_outside_of_the_folder_is_refused(string location)
    {
        using TemporaryFolder folder = new();
        string inner = Path.Combine(folder.FullPath, "inner");
        Directory.CreateDirectory(Path.Combine(inner, "sub"));
        File.WriteAllBytes(Path.Combine(folder.FullPath, "outside.bin"), new byte[64]);
        Assert.That(() => OnnxModel.Load(WriteExternal(inner, location, 0, null)),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("outside the model's folder"));
    }

    [Test]
    public void External_data_is_read_and_its_length_is_checked()
    {
        using TemporaryFolder folder = new();
        byte[] data = new byte[40];
        BitConverter.TryWriteBytes(data.AsSpan(16), 2.5f);
        File.WriteAllBytes(Path.Combine(folder.FullPath, "weights.bin"), data);
        OnnxModel model = OnnxModel.Load(WriteExternal(folder.FullPath, "weights.bin", 16, 12));
        Assert.That(model.Graph.Parameters["w"].Values.ToArray(), Is.EqualTo(new[] { 2.5f, 0, 0 }));
        Assert.That(() => OnnxModel.Load(WriteExternal(folder.FullPath, "weights.bin", 32, 12)),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("only 40"));
        Assert.That(() => OnnxModel.Load(WriteExternal(folder.FullPath, "weights.bin", 0, 8)),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("expected 12 bytes"));
        Assert.That(() => OnnxModel.Load(WriteExternal(folder.FullPath, "absent.bin", 0, null)),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("missing"));
        byte[] bytes = File.ReadAllBytes(WriteExternal(folder.FullPath, "weights.bin", 16, 12));
        Assert.That(() => OnnxModel.Load(bytes), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("Load it by its path"));
    }

    [Test]
    public void Local_functions_are_inlined_with_their_attributes()
    {
        ModelProto model = Model(Node("Twice", "x", "a"), Node("Twice", "a", "y"));
        foreach (NodeProto call in model.Graph.Node)
            call.Domain = "local";
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "slope", Type = AttributeType.Float, F = 0.25f });
        NodeProto leaky = Node("LeakyRelu", "in", "half");
        leaky.Attribute.Add(new AttributeProto { Name = "alpha", Type = AttributeType.Float, RefAttrName = "slope" });
        model.Functions.Add(new FunctionProto
        {
            Name = "Twice",
            Domain = "local",
            Input = { "in" },
            Output = { "out" },
            Attribute = { "slope" },
            Node = { leaky, Node("Add", "half", "out", "half") },
            OpsetImport = { new OperatorSetIdProto { Version = 13 } }
        });
        OnnxModel loaded = Load(model);
        Assert.That(loaded.Graph.Nodes.Select(n => n.Operator.OpType), Is.EqualTo(new[] { "LeakyRelu", "Add", "LeakyRelu", "Add" }));
        Assert.That(loaded.Graph.Nodes[0].Operator.Attributes.Float("alpha", 0), Is.EqualTo(0.25f));
        Assert.That(loaded.Graph.Nodes[2].Operator.Attributes.Attributes, Is.Empty, "an attribute that is not given keeps its default");
        Assert.That(loaded.Graph.Nodes[2].Inputs, Is.EqualTo(new[] { "a" }));
        model.Functions[0].OpsetImport[0].Version = 17;
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("local.Twice"));
        model.Functions[0].OpsetImport[0].Version = 13;
        model.Functions[0].Node.Add(new NodeProto { OpType = "Twice", Domain = "local", Input = { "out" }, Output = { "more" } });
        Assert.That(() => Load(model), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("without end"));
    }

    private static string WriteExternal(string folder, string location, long offset, long? length)
    {
        TensorProto weight = new() { Name = "w", DataType = (int)DataType.Float, DataLocation = TensorProto.Types.DataLocation.External, Dims = { 3, 1, 1 } };
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        weight.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
        if (length is not null)
            weight.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });
        ModelProto model = Model(Node("Add", "x", "y", "w"));
        model.Graph.Initializer.Add(weight);
        string path = Path.Combine(folder, "net.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static OnnxModel Load(ModelProto model) => OnnxModel.Load(model.ToByteArray(), "net.onnx");

    private static NodeProto Node(string opType, string input, string output, params string[] more) =>
        new() { OpType = opType, Input = { new[] { input }.Concat(more) }, Output = { output } };

    private static NodeProto Concat(string input, string output) =>
        new()
        {
            OpType = "Concat",
            Input = { input, input },
            Output = { output },
            Attribute = { new AttributeProto { Name = "axis", Type = AttributeType.Int, I = 0 } }
        };

    private static TensorProto Ints(string name, params long[] values) =>
        new() { Name = name, DataType = (int)DataType.Int64, Dims = { values.Length }, Int64Data = { values } };

    private static TensorProto Floats(string name, long[] dims) =>
        new() { Name = name, DataType = (int)DataType.Float, Dims = { dims }, FloatData = { new float[dims.Aggregate(1L, (a, b) => a * b)] } };

    private static ModelProto Model(params NodeProto[] nodes)
    {
        ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "net" }, OpsetImport = { new OperatorSetIdProto { Version = 13 } } };
        for (int i = 0; i < nodes.Length; i++)
            nodes[i].Name = $"n{i}";
        model.Graph.Node.Add(nodes);
        TensorShapeProto shape = new();
        foreach (long length in (long[])[2, 3, 4, 4])
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        model.Graph.Input.Add(
            new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } });
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        return model;
    }
}
