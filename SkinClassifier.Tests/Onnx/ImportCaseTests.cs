using System.IO.Compression;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Graphs;

namespace SkinClassifier.Tests.Onnx;

/// <summary>Small files with what exporters of all ages write (assets/golden/onnx/import_cases.py) give what ONNX Runtime gives for them.</summary>
[Category("Simd")]
public sealed class ImportCaseTests
{
    private static readonly Dictionary<string, byte[]> _entries = ReadEntries();

    // Exporters write them, classification networks do not use them.
    private static readonly string[] _lacking = [.. new[] { "DepthToSpace", "Elu", "Selu", "Softplus", "Softsign" }.Except(OperatorCatalog.OpTypes)];

    private static IEnumerable<string> Names => _entries.Keys.Where(k => k.EndsWith(".onnx", StringComparison.Ordinal)).Select(k => k[..^5]);

    [TestCaseSource(nameof(Names))]
    public void Gives_what_ONNX_Runtime_gives(string name)
    {
        Tensor input = NpyFile.Read(_entries[name + ".input.npy"]), expected = NpyFile.Read(_entries[name + ".output.npy"]);
        Graph? graph = LoadOrRefuse(name);
        if (graph is null)
            return;
        OnnxAssert.Close(OnnxAssert.Run(graph, input), expected, 1e-4);
        Graph again = OnnxModel.Load(OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 20, IrVersion = 9 })).Graph;
        OnnxAssert.Close(OnnxAssert.Run(again, input), expected, 1e-4);
    }

    [TestCaseSource(nameof(Names))]
    public void Any_batch_size_runs(string name)
    {
        Graph? graph = LoadOrRefuse(name);
        if (graph is null)
            return;
        TensorShape shape = NpyFile.Read(_entries[name + ".input.npy"]).Shape;
        if (graph.Inputs[0].Shape[0] != TensorShape.Free)
        {
            Assert.That(
                name, Is.AnyOf("concat with a weight", "resize 13 sizes", "resize 13 pytorch half pixel to one column"), "these are bound to one image");
            return;
        }
        Tensor one = new(shape.With(0, 1)), three = new(shape.With(0, 3));
        for (int i = 0; i < one.Values.Length; i++)
            one.Values[i] = i * 7 % 13 / 6f - 1;
        for (int n = 0; n < 3; n++)
            one.Values.CopyTo(three.Values[(n * one.Values.Length)..]);
        Tensor single = OnnxAssert.Run(graph, one), triple = OnnxAssert.Run(graph, three);
        if (name == "softmax 11 axis 0")
            return; // the sum goes over the batch
        Assert.That(triple.Values.Length, Is.EqualTo(3 * single.Values.Length));
        for (int i = 0; i < triple.Values.Length; i++)
            Assert.That(triple.Values[i], Is.EqualTo(single.Values[i % single.Values.Length]).Within(1e-5), $"element {i}");
    }

    /// <summary>The graph, or null when the file needs an operator that the catalog lacks; then the refusal names it.</summary>
    private static Graph? LoadOrRefuse(string name)
    {
        string? lacking = _lacking.FirstOrDefault(o => ModelProto.Parser.ParseFrom(_entries[name + ".onnx"]).Graph.Node.Any(n => n.OpType == o));
        if (lacking is null)
            return OnnxModel.Load(_entries[name + ".onnx"], name).Graph;
        Assert.That(() => OnnxModel.Load(_entries[name + ".onnx"], name),
            Throws.InstanceOf<UnsupportedContentException>()
                .With.Message.StartsWith($"{name}: the operators {lacking} are not supported. Supported: Abs, Add, "));
        return null;
    }

    [Test]
    public void Every_operator_that_networks_use_is_compared_with_ONNX_Runtime()
    {
        // Operators without a recorded file are compared with ONNX Runtime in this process (RuntimeTests).
        HashSet<string> compared = new(OperatorCases.All.Select(c => c.OpType)
            .Concat(Names.SelectMany(n => ModelProto.Parser.ParseFrom(_entries[n + ".onnx"]).Graph.Node.Select(node => node.OpType))), StringComparer.Ordinal);
        Assert.That(OperatorCatalog.OpTypes.Except(compared), Is.Empty);
    }

    private static Dictionary<string, byte[]> ReadEntries()
    {
        Dictionary<string, byte[]> entries = new(StringComparer.Ordinal);
        using ZipArchive archive = ZipFile.OpenRead(SharedFiles.Asset("golden", "onnx", "import_cases.zip"));
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            entries[entry.FullName] = copy.ToArray();
        }
        return entries;
    }
}
