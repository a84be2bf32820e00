using System.Runtime.ExceptionServices;
using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Tests.Onnx;

/// <summary>A fixed batch size of a file becomes free where the computation allows it; the question is answered without an exception.</summary>
public sealed class FreeBatchTests
{
    [Test]
    public void A_batch_that_nothing_depends_on_becomes_free() => Assert.That(Read(Node("Relu", "y", "x")).Lengths[0], Is.EqualTo(TensorShape.Free));

    [Test]
    public void A_literal_batch_in_a_reshape_becomes_free() =>
        Assert.That(Read(Node("Reshape", "y", "x", "four_six")).Lengths[0], Is.EqualTo(TensorShape.Free));

    [Test]
    public void A_sum_over_the_batch_keeps_it() => Assert.That(Read(Node("ReduceSum", "y", "x", "zero")).Lengths[0], Is.EqualTo(4));

    [Test]
    public void Shapes_that_only_fit_the_declared_batch_keep_it() => Assert.That(Read(Node("Add", "y", "x", "four_by_six")).Lengths[0], Is.EqualTo(4));

    [Test]
    public void Constants_that_only_fit_the_declared_batch_keep_it() => Assert.That(
        Read(Node("Shape", "s", "x"), Node("Gather", "n", "s", "zero_scalar"), Node("Range", "r", "zero_scalar", "n", "one_scalar"),
            Node("Reshape", "square", "r", "two_two"), Node("Flatten", "flat", "square"), Node("Cast", "f", "flat"), Node("ReduceMax", "m", "f", "zero_one"),
            Node("Mul", "y", "x", "m")).Lengths[0],
        Is.EqualTo(4));

    [Test]
    public void A_factor_that_is_the_batch_size_keeps_it() => Assert.That(
        Read(Node("Shape", "s", "x"), Node("Gather", "n", "s", "zero_scalar"), Node("Cast", "f", "n"), Node("Mul", "y", "x", "f")).Lengths[0],
        Is.EqualTo(4));

    /// <summary>Refusals are thrown once, with node and reason: no attempt at a free batch throws one before.</summary>
    [Test]
    public void A_refused_file_throws_once()
    {
        HashSet<Exception> thrown = new(ReferenceEqualityComparer.Instance);
        int thread = Environment.CurrentManagedThreadId;
        void Count(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (e.Exception is SkinClassifierException && Environment.CurrentManagedThreadId == thread)
                thrown.Add(e.Exception);
        }
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            Assert.That(() => OnnxModel.Load(Bytes(Node("Add", "y", "x", "two_by_two")), "net.onnx"), Throws.InstanceOf<InvalidContentException>()
                .With.Message.StartsWith("net.onnx: node 'Add_0' (Add): Add: expected shapes whose lengths are equal or 1"));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }
        Assert.That(thrown, Has.Count.EqualTo(1));
    }

    /// <summary>Shape of the graph's input; asserts that nothing was thrown on the way.</summary>
    private static TensorShape Read(params NodeProto[] nodes)
    {
        byte[] bytes = Bytes(nodes);
        List<Exception> thrown = [];
        int thread = Environment.CurrentManagedThreadId;
        void Note(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (Environment.CurrentManagedThreadId == thread)
                thrown.Add(e.Exception);
        }
        AppDomain.CurrentDomain.FirstChanceException += Note;
        try
        {
            return OnnxModel.Load(bytes, "net.onnx").Graph.Inputs[0].Shape;
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Note;
            Assert.That(thrown, Is.Empty);
        }
    }

    private static byte[] Bytes(params NodeProto[] nodes)
    {
        TensorShapeProto shape =
            new() { Dim = { new TensorShapeProto.Types.Dimension { DimValue = 4 }, new TensorShapeProto.Types.Dimension { DimValue = 6 } } };
        GraphProto graph = new()
        {
            Name = "net",
            Node = { nodes },
            Input = { new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } } },
            Output = { new ValueInfoProto { Name = "y" } },
            Initializer =
            {
                Integers("zero", [1], 0), Integers("zero_scalar", [], 0), Integers("one_scalar", [], 1), Integers("zero_one", [2], 0, 1),
                Integers("two_two", [2], 2, 2), Integers("four_six", [2], 4, 6), Floats("four_by_six", 4, 6), Floats("two_by_two", 2, 2),
            },
        };
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 18 } } }.ToByteArray();
    }

    private static NodeProto Node(string opType, string output, params string[] inputs)
    {
        NodeProto node = new() { OpType = opType, Input = { inputs }, Output = { output } };
        if (opType == "Cast")
            node.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        return node;
    }

    private static TensorProto Integers(string name, long[] dims, params long[] values) =>
        new() { Name = name, DataType = (int)DataType.Int64, Dims = { dims }, Int64Data = { values } };

    private static TensorProto Floats(string name, int rows, int columns) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { rows, columns },
        FloatData = { Enumerable.Range(1, rows * columns).Select(i => (float)i) },
    };
}
