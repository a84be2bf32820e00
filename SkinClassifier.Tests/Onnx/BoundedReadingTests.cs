using Google.Protobuf;
using SkinClassifier.Common;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using AttributeType = SkinClassifier.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Memory follows the real size of a file and its data files, not the shapes that it declares; data files stay in the model's folder.</summary>
public sealed class BoundedReadingTests
{
    /// <summary>What docs/onnx.md states: at most 64 MiB and 512 bytes for every byte of the file and its data.</summary>
    private const long Free = 64L << 20, Multiple = 512;

    private static IEnumerable<string> Attacks =>
    [
        "reshape to one long axis", "slice of a long axis", "pad of a long axis", "resize of a long axis", "gather from a long axis",
        "expand to a huge value", "constant of a huge shape", "many constants",
        "doubling", "range", "tile", "empty weights", "empty nodes", "empty attributes", "weights that share bytes", "long input axes",
        "zero lengths", "split into many",
    ];

    [TestCaseSource(nameof(Attacks))]
    public void Memory_is_bounded_by_the_files_real_size(string attack)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("net.onnx");
        long size = Write(attack, folder);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string outcome = "loaded";
        try
        {
            OnnxModel model = OnnxModel.Load(path);
            _ = FeatureTensor.TryFind(model.Graph);
        }
        catch (SkinClassifierException refused)
        {
            outcome = refused.Message;
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine($"{attack}: {size} bytes, {allocated} allocated in all; {outcome}");
        Assert.That(allocated, Is.LessThan(Free + Multiple * size));
    }

    [Test]
    public void A_data_file_behind_a_linked_folder_is_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("model/inside"));
        Directory.CreateDirectory(folder.File("outside"));
        File.WriteAllBytes(folder.File("outside/w.bin"), new byte[64]);
        File.WriteAllBytes(folder.File("model/inside/w.bin"), new byte[64]);
        Directory.CreateSymbolicLink(folder.File("model/linked"), folder.File("outside"));
        Directory.CreateSymbolicLink(folder.File("model/relative"), "../outside");
        Directory.CreateSymbolicLink(folder.File("model/again"), "inside");
        Directory.CreateSymbolicLink(folder.File("model/chain"), "linked");
        Directory.CreateSymbolicLink(folder.File("model/circle"), "circle");
        File.CreateSymbolicLink(folder.File("model/file"), "../outside/w.bin");
        foreach (string location in (string[])["linked/w.bin", "relative/w.bin", "chain/w.bin", "circle/w.bin", "file", "inside/../linked/w.bin"])
            Assert.That(() => Load(location), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("leaves the model's folder"), location);
        foreach (string location in (string[])["inside/w.bin", "again/w.bin", "./inside/w.bin", "inside/../again/w.bin"])
            Assert.That(Load(location).Graph.Parameters["w"].Values.Length, Is.EqualTo(16), location);
        Directory.CreateSymbolicLink(folder.File("whole"), "model");
        Assert.That(OnnxModel.Load(folder.File("whole/net.onnx")).Graph.Parameters, Is.Not.Empty, "the model's own folder may be reached through a link");

        OnnxModel Load(string location)
        {
            ModelProto model = Model(Node("Add", "x", "w"));
            model.Graph.Initializer.Add(External("w", location, 4, 4));
            File.WriteAllBytes(folder.File("model/net.onnx"), model.ToByteArray());
            return OnnxModel.Load(folder.File("model/net.onnx"));
        }
    }

    [Test]
    public void Odd_names_of_data_files_are_refused()
    {
        using TemporaryFolder folder = new();
        foreach (string location in (string[])[
            ".", "", "x\0y", new string('a', 300), new string('b', 5000), string.Join('/', Enumerable.Repeat("..", 200)), "net.onnx/x"])
        {
            ModelProto model = Model(Node("Add", "x", "w"));
            model.Graph.Initializer.Add(External("w", location, 4, 4));
            File.WriteAllBytes(folder.File("net.onnx"), model.ToByteArray());
            Assert.That(() => OnnxModel.Load(folder.File("net.onnx")), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("'w'"), location);
        }
    }

    private static long Write(string attack, TemporaryFolder folder)
    {
        ModelProto model = Model();
        GraphProto graph = model.Graph;
        long more = 0;
        switch (attack)
        {
            case "reshape to one long axis" or "slice of a long axis" or "pad of a long axis" or "resize of a long axis" or "gather from a long axis"
                or "zero lengths":
                // 2^28 elements that exist in shapes only, along one axis
                Lengths(model, 1 << 14, 1 << 14);
                graph.Initializer.Add(Ints("flat", attack == "zero lengths" ? [0, -1] : [-1]));
                graph.Node.Add(Node("Reshape", "x", "flat"));
                graph.Node[0].Output[0] = "long";
                graph.Node.Add(attack switch
                {
                    "slice of a long axis" => Node("Slice", "long", "zero", "many"),
                    "pad of a long axis" => Node("Pad", "long", "pads"),
                    "resize of a long axis" => Node("Resize", "long", "", "", "size"),
                    "gather from a long axis" => Node("Gather", "long", "zero"),
                    _ => Node("Relu", "long"),
                });
                graph.Initializer.Add(Ints("zero", 0));
                graph.Initializer.Add(Ints("many", 1 << 27));
                graph.Initializer.Add(Ints("pads", 3, 3));
                graph.Initializer.Add(Ints("size", 1 << 27));
                break;
            case "expand to a huge value":
                Lengths(model, 1, 1);
                graph.Initializer.Add(Ints("shape", 1 << 20, 1 << 10));
                graph.Node.Add(Node("Expand", "x", "shape"));
                break;
            case "constant of a huge shape":
                graph.Initializer.Add(new TensorProto { Name = "huge", DataType = (int)DataType.Float, Dims = { 1 << 28 }, FloatData = { 1, 2, 3 } });
                graph.Initializer.Add(Ints("shape", 1 << 28));
                graph.Node.Add(new NodeProto { OpType = "ConstantOfShape", Input = { "shape" }, Output = { "c" } });
                graph.Node.Add(Node("Add", "x", "c"));
                break;
            case "many constants":
                graph.Initializer.Add(Ints("shape", 1 << 20));
                for (int i = 0; i < 300; i++)
                    graph.Node.Add(new NodeProto { OpType = "ConstantOfShape", Input = { "shape" }, Output = { $"c{i}" } });
                graph.Node.Add(Node("Sum", ["x", .. Enumerable.Range(0, 300).Select(i => $"c{i}")]));
                break;
            case "doubling":
                graph.Initializer.Add(Ints("c0", 1, 1, 1, 1));
                for (int i = 0; i < 40; i++)
                    graph.Node.Add(new NodeProto
                    {
                        OpType = "Concat",
                        Input = { $"c{i}", $"c{i}" },
                        Output = { $"c{i + 1}" },
                        Attribute = { new AttributeProto { Name = "axis", Type = AttributeType.Int, I = 0 } }
                    });
                graph.Node.Add(Node("Reshape", "x", "c40"));
                break;
            case "range":
                graph.Initializer.Add(Number("from", 0));
                graph.Initializer.Add(Number("to", 1 << 30));
                graph.Initializer.Add(Number("step", 1));
                graph.Node.Add(new NodeProto { OpType = "Range", Input = { "from", "to", "step" }, Output = { "c" } });
                graph.Node.Add(Node("Add", "x", "c"));
                break;
            case "tile":
                graph.Initializer.Add(Ints("one", 1));
                graph.Initializer.Add(Ints("times", 1L << 40));
                graph.Node.Add(new NodeProto { OpType = "Tile", Input = { "one", "times" }, Output = { "c" } });
                graph.Node.Add(Node("Reshape", "x", "c"));
                break;
            case "empty weights":
                for (int i = 0; i < 100_000; i++)
                    graph.Initializer.Add(new TensorProto());
                graph.Node.Add(Node("Relu", "x"));
                break;
            case "empty nodes":
                for (int i = 0; i < 100_000; i++)
                    graph.Node.Add(new NodeProto());
                graph.Node.Add(Node("Relu", "x"));
                break;
            case "empty attributes":
                graph.Node.Add(Node("Relu", "x"));
                for (int i = 0; i < 100_000; i++)
                    graph.Node[0].Attribute.Add(new AttributeProto());
                break;
            case "weights that share bytes":
                File.WriteAllBytes(folder.File("data.bin"), new byte[1 << 20]);
                more = 1 << 20;
                for (int i = 0; i < 2000; i++)
                    graph.Initializer.Add(External($"w{i}", "data.bin", 1 << 18));
                graph.Node.Add(Node("Sum", ["x", .. Enumerable.Range(0, 2000).Select(i => $"w{i}")]));
                break;
            case "long input axes":
                Lengths(model, 1 << 20, 1 << 20, 1 << 20);
                graph.Node.Add(Node("Relu", "x"));
                break;
            case "split into many":
                Lengths(model, 4, 1 << 20);
                graph.Node.Add(Node("Split", "x"));
                for (int i = 0; i < 20_000; i++)
                    graph.Node[0].Output.Add($"y{i}");
                graph.Node[0].Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeType.Int, I = 1 });
                break;
        }
        byte[] bytes = model.ToByteArray();
        File.WriteAllBytes(folder.File("net.onnx"), bytes);
        return bytes.Length + more;
    }

    private static NodeProto Node(string opType, params string[] inputs) => new() { OpType = opType, Input = { inputs }, Output = { "y" } };

    private static TensorProto Ints(string name, params long[] values) =>
        new() { Name = name, DataType = (int)DataType.Int64, Dims = { values.Length }, Int64Data = { values } };

    private static TensorProto Number(string name, long value) => new() { Name = name, DataType = (int)DataType.Int64, Int64Data = { value } };

    private static TensorProto External(string name, string location, params long[] dims) => new()
    {
        Name = name,
        DataType = (int)DataType.Float,
        Dims = { dims },
        DataLocation = TensorProto.Types.DataLocation.External,
        ExternalData = { new StringStringEntryProto { Key = "location", Value = location } },
    };

    private static void Lengths(ModelProto model, params long[] lengths)
    {
        TensorShapeProto shape = model.Graph.Input[0].Type.TensorType.Shape;
        shape.Dim.Clear();
        foreach (long length in lengths)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
    }

    private static ModelProto Model(params NodeProto[] nodes)
    {
        ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "net" }, OpsetImport = { new OperatorSetIdProto { Version = 13 } } };
        model.Graph.Node.Add(nodes);
        model.Graph.Input.Add(new ValueInfoProto
        {
            Name = "x",
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } }
        });
        Lengths(model, 4, 4);
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        return model;
    }
}
