using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Tests.Onnx;

/// <summary>What files of all ages mean: rounding, training modes, types, functions, versions.</summary>
public sealed class ReadingTests
{
    [TestCase(10, new[] { 1f, 1, 0.6f, 0.6f }, new[] { 1f, 3 })] // the node test of ONNX 1.5
    [TestCase(10, new[] { 1f, 1, 1, 0.5f }, new[] { 1f, 3, 5, 7 })]
    [TestCase(10, new[] { 1f, 1, 0.5f, 1.5f }, new[] { 1f, 1, 2, 3, 3, 4 })]
    [TestCase(10, new[] { 1f, 1, 1.5f, 0.7f }, new[] { 1f, 3, 1, 3, 5, 7 })]
    public void Nearest_of_opset_10_rounds_up_where_images_become_smaller(int opset, float[] scales, float[] expected)
    {
        ModelProto model = Model(opset, [1, 1, 2, 4], Node("Resize", ["x", "s"]));
        model.Graph.Initializer.Add(new TensorProto { Name = "s", DataType = (int)DataType.Float, Dims = { 4 }, FloatData = { scales } });
        Assert.That(Run(model, 1, 2, 3, 4, 5, 6, 7, 8), Is.EqualTo(expected));
        byte[] again = OnnxAssert.Bytes(Load(model).Graph, new OnnxExportOptions { Opset = 11 });
        Assert.That(OnnxRuntime.Run(again, Values(model, 1, 2, 3, 4, 5, 6, 7, 8)).Values.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Gemm_takes_a_single_number_as_C()
    {
        ModelProto model = Model(13, [2, 2], Node("Gemm", ["x", "b", "c"]));
        model.Graph.Initializer.Add(Floats("b", [2, 3], 1, 2, 3, 4, 5, 6));
        model.Graph.Initializer.Add(Floats("c", [], 10));
        Assert.That(Run(model, 1, 0, 0, 1), Is.EqualTo(new[] { 11f, 12, 13, 14, 15, 16 }));
    }

    [Test]
    public void The_product_of_two_vectors_is_a_number()
    {
        ModelProto model = Model(13, [3], Node("MatMul", ["x", "b"]));
        model.Graph.Initializer.Add(Floats("b", [3], 4, 5, 6));
        OnnxModel read = Load(model);
        Assert.That(read.Graph.InferShapes(new TensorShape(3))["y"], Is.EqualTo(new TensorShape()));
        Assert.That(OnnxAssert.Run(read.Graph, new Tensor(new TensorShape(3), [1f, 2, 3])).Values.ToArray(), Is.EqualTo(new[] { 32f }));
    }

    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    public void A_constant_training_mode_of_Dropout_is_read_and_one_that_drops_while_predicting_is_refused(bool drops, bool asNode)
    {
        ModelProto model = Model(13, [2, 2], Node("Dropout", ["x", "r", "t"], "y", "mask"));
        model.Graph.Initializer.Add(Floats("r", [], 0.5f));
        TensorProto mode = new() { Name = "t", DataType = (int)DataType.Bool, RawData = ByteString.CopyFrom(drops ? (byte)1 : (byte)0) };
        if (asNode)
            model.Graph.Node.Insert(0, new NodeProto
            {
                OpType = "Constant",
                Output = { "t" },
                Attribute = { new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = mode } }
            });
        else
            model.Graph.Initializer.Add(mode);
        if (drops)
            Assert.That(() => Load(model),
                Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("training_mode").And.Message.Contains("model.eval()"));
        else
            Assert.That(Run(model, 1, 2, 3, 4), Is.EqualTo(new[] { 1f, 2, 3, 4 }));
    }

    [Test]
    public void BatchNormalization_that_uses_the_statistics_of_the_batch_is_refused()
    {
        ModelProto model = Model(15, [2, 2, 1, 1], Node("BatchNormalization", ["x", "s", "s", "s", "s"]));
        model.Graph.Initializer.Add(Floats("s", [2], 1, 1));
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "training_mode", Type = AttributeType.Int, I = 1 });
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("training_mode"));
    }

    [Test]
    public void Functions_that_call_functions_with_equal_or_no_names_are_inlined()
    {
        // Quad(x) = Double(Double(x)), Double(x) = x + x; all calls have the same name, the inner ones none.
        ModelProto model = Model(13, [2], new NodeProto { OpType = "Quad", Domain = "f", Name = "call", Input = { "x" }, Output = { "a" } },
            new NodeProto { OpType = "Quad", Domain = "f", Name = "call", Input = { "a" }, Output = { "y" } });
        model.Functions.Add(new FunctionProto
        {
            Name = "Double",
            Domain = "f",
            Input = { "v" },
            Output = { "w" },
            Node = { new NodeProto { OpType = "Add", Input = { "v", "v" }, Output = { "w" } } }
        });
        model.Functions.Add(new FunctionProto
        {
            Name = "Quad",
            Domain = "f",
            Input = { "v" },
            Output = { "w" },
            Node = { new NodeProto { OpType = "Double", Domain = "f", Input = { "v" }, Output = { "t" } },
                new NodeProto { OpType = "Double", Domain = "f", Input = { "t" }, Output = { "w" } } },
        });
        Assert.That(Run(model, 1, -2), Is.EqualTo(new[] { 16f, -32 }));
        model.Functions[0].Output[0] = "v"; // hands its input through
        Assert.That(Run(model, 1, -2), Is.EqualTo(new[] { 1f, -2 }));
    }

    [Test]
    public void Functions_that_multiply_far_beyond_the_file_are_refused()
    {
        ModelProto model = Model(13, [2], new NodeProto { OpType = "F0", Domain = "f", Input = { "x" }, Output = { "y" } });
        for (int i = 0; i < 12; i++)
        {
            FunctionProto function = new() { Name = $"F{i}", Domain = "f", Input = { "v0" }, Output = { "v6" } };
            for (int k = 0; k < 6; k++)
                function.Node.Add(
                    new NodeProto { OpType = i == 11 ? "Relu" : $"F{i + 1}", Domain = i == 11 ? "" : "f", Input = { $"v{k}" }, Output = { $"v{k + 1}" } });
            model.Functions.Add(function);
        }
        Assert.That(() => Load(model), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("far more than the file has"));
    }

    [Test]
    public void An_unknown_operator_is_named_before_an_unknown_attribute()
    {
        ModelProto model = Model(13, [2], Node("Relu", ["x"], "a"), Node("Whatever", ["a"]));
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "unheard_of", Type = AttributeType.Int, I = 1 });
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "body", Type = AttributeType.Graph, G = new GraphProto() });
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("the operators Whatever are not supported"));
        model.Graph.Node[1].OpType = "Relu";
        model.Graph.Node[1].Attribute.Clear();
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("attribute 'unheard_of' is not known"));
    }

    [Test]
    public void Operators_of_other_domains_and_unknown_ones_are_named_in_one_message()
    {
        ModelProto model = Model(13, [2], Node("Whatever", ["x"], "a"), Node("FusedConv", ["a"]));
        model.Graph.Node[1].Domain = "com.microsoft";
        Assert.That(() =>
            Load(model), Throws.InstanceOf<UnsupportedContentException>()
                .With.Message.Contains("the operators Whatever, com.microsoft.FusedConv are not supported").And.Message.Contains("standard"));
    }

    [TestCase(12)]
    [TestCase(13)]
    public void Files_of_2026_are_read(int irVersion)
    {
        ModelProto model = Model(26, [2], Node("Relu", ["x"]));
        model.IrVersion = irVersion;
        Assert.That(Run(model, -1, 2), Is.EqualTo(new[] { 0f, 2 }));
        model.IrVersion = 14;
        Assert.That(() => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains("Lowering ir_version to 13"));
    }

    [Test]
    public void An_input_of_bytes_is_declared_so_and_computed_with()
    {
        ModelProto model = Model(13, [1, 3], Cast("x", "f", DataType.Float), Node("Div", ["f", "d"]));
        model.Graph.Input[0].Type.TensorType.ElemType = (int)DataType.Uint8;
        model.Graph.Initializer.Add(Floats("d", [], 255));
        Assert.That(Load(model).InputElementType, Is.EqualTo("uint8"));
        Assert.That(Run(model, 0, 51, 255), Is.EqualTo(new[] { 0, 0.2f, 1 }));
    }

    [Test]
    public void A_quotient_of_integers_is_cut_toward_zero()
    {
        ModelProto model = Model(13, [1, 4], Cast("x", "i", DataType.Int32), Node("Div", ["i", "d"], "q"), Cast("q", "y", DataType.Float));
        model.Graph.Initializer.Add(new TensorProto { Name = "d", DataType = (int)DataType.Int32, Int32Data = { 2 } });
        Assert.That(Run(model, 7, -7, 8.9f, 1), Is.EqualTo(new[] { 3f, -3, 4, 0 }));
    }

    [TestCase("Sigmoid", "Int64")]
    [TestCase("Add", "Uint8")]
    [TestCase("Sub", "Uint32")]
    [TestCase("ReduceMean", "Int32")]
    [TestCase("Mul", "Bool")]
    public void Arithmetic_on_integers_that_would_wrap_or_round_otherwise_is_refused(string opType, string name)
    {
        DataType type = Enum.Parse<DataType>(name);
        ModelProto model = Model(13, [1, 4], Cast("x", "i", type), Node(opType, opType is "Sigmoid" or "ReduceMean" ? ["i"] : ["i", "i"]));
        Assert.That(
            () => Load(model), Throws.InstanceOf<UnsupportedContentException>().With.Message.Contains($"({opType})").And.Message.Contains($"type {type}"));
    }

    [Test]
    public void An_input_that_must_be_given_is_missed()
    {
        Assert.That(
            () => Load(Model(13, [2], Node("Add", ["", "x"]))), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("its input 0 is absent"));
        ModelProto model = Model(13, [1, 2, 3, 3], Node("Conv", ["x", "w", ""]));
        model.Graph.Initializer.Add(Floats("w", [1, 2, 1, 1], 1, 1));
        Assert.That(Load(model).Graph.Nodes, Has.Count.EqualTo(1), "a bias may be absent");
    }

    private static NodeProto Cast(string input, string output, DataType to) =>
        new()
        {
            OpType = "Cast",
            Input = { input },
            Output = { output },
            Attribute = { new AttributeProto { Name = "to", Type = AttributeType.Int, I = (long)to } }
        };

    private static NodeProto Node(string opType, string[] inputs, params string[] outputs) =>
        new() { OpType = opType, Input = { inputs }, Output = { outputs.Length == 0 ? ["y"] : outputs } };

    private static TensorProto Floats(string name, long[] dims, params float[] values) =>
        new() { Name = name, DataType = (int)DataType.Float, Dims = { dims }, FloatData = { values } };

    private static OnnxModel Load(ModelProto model) => OnnxModel.Load(model.ToByteArray(), "net.onnx");

    private static float[] Run(ModelProto model, params float[] values) => OnnxAssert.Run(Load(model).Graph, Values(model, values)).Values.ToArray();

    private static Tensor Values(ModelProto model, params float[] values) =>
        new(new TensorShape([.. model.Graph.Input[0].Type.TensorType.Shape.Dim.Select(d => (int)d.DimValue)]), values);

    private static ModelProto Model(int opset, long[] shape, params NodeProto[] nodes)
    {
        ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "net" }, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
        model.Graph.Node.Add(nodes);
        TensorShapeProto lengths = new();
        foreach (long length in shape)
            lengths.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        model.Graph.Input.Add(
            new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = lengths } } });
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        return model;
    }
}
