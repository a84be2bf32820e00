using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Graphs;

namespace SkinClassifier.Tests.Onnx;

/// <summary>
/// Every operator, written and read again, is the same operator and gives the same numbers, in every opset that can say it.
/// The files stay in the folder onnx-exports beside the test program, where assets/golden/onnx/check_exports.py gives them to
/// onnx.checker and ONNX Runtime and records what that computes.
/// </summary>
[Category("Simd")]
public sealed class RoundTripTests
{
    // Operators that no opset up to 20 has, or whose integer and bool sides are written with casts.
    private static readonly string[] _writtenOtherwise = ["ArgMax", "Cast", "Equal", "Swish", "Where"];

    // Forms that ONNX Runtime refuses.
    private static readonly string[] _rewritten =
    [
        "group normalization per channel", "conv same with dilation", "conv same with dilation and stride", "max pool same with dilation",
        "lrn even size", "lrn even size of images",
    ];

    private static readonly Dictionary<string, RecordedCase> _golden =
        JsonSerializer.Deserialize<Dictionary<string, RecordedCase>>(File.ReadAllText(SharedFiles.Asset("golden", "onnx", "operator_cases.json")))!;

    private static IEnumerable<OperatorCase> Cases => OperatorCases.All.Where(c => c.Inputs[0] is { Rank: > 0 });

    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "onnx-exports");

    [Test]
    public void A_scalar_input_is_written_and_read_again()
    {
        Graph graph = new("scalar", [new GraphInput("x", new TensorShape())],
            [new Node("exp", OperatorCatalog.Create("Exp", OperatorAttributes.None, 1, 1), ["x"], ["y"])], ["y"], new Dictionary<string, Tensor>());
        Graph again = OnnxModel.Load(OnnxAssert.Bytes(graph)).Graph;
        OnnxAssert.Equal(again, graph);
        Assert.That(OnnxAssert.Run(again, new Tensor(new TensorShape(), [2f])).Values[0], Is.EqualTo(MathF.Exp(2)).Within(1e-6f));
    }

    [Test]
    public void Every_operator_has_a_case()
    {
        Assert.That(OperatorCatalog.OpTypes.Except(Cases.Select(c => c.OpType)), Is.Empty);
        int recorded = Cases.Count(c => _golden.TryGetValue(c.Name, out RecordedCase? known) && known.sha256 == Hash(GraphOf(c).Graph));
        Assert.That(recorded, Is.GreaterThan(60), "cases with an output recorded from ONNX Runtime");
    }

    [TestCaseSource(nameof(Cases))]
    public void Written_and_read_again_is_the_same(OperatorCase row)
    {
        (Graph graph, Tensor input) = GraphOf(row);
        Tensor expected = OnnxAssert.Run(graph, input);
        Graph again = OnnxModel.Load(OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 20, IrVersion = 9 })).Graph;
        if (_writtenOtherwise.Contains(row.OpType) || _rewritten.Contains(row.Name))
            OnnxAssert.Close(OnnxAssert.Run(again, input), expected, 1e-5);
        else
        {
            OnnxAssert.Equal(new Graph(again.Name, graph.Inputs, again.Nodes, again.Outputs, again.Parameters), graph);
            Assert.That(OnnxAssert.Run(again, input).Values.SequenceEqual(expected.Values));
        }
        if (_golden.TryGetValue(row.Name, out RecordedCase? recorded) && recorded.sha256 == Hash(graph))
            OnnxAssert.Close(expected, new Tensor(expected.Shape, recorded.output), 1e-4);
    }

    [TestCaseSource(nameof(Cases))]
    public void Every_opset_gives_the_same_numbers(OperatorCase row)
    {
        (Graph graph, Tensor input) = GraphOf(row);
        Tensor expected = OnnxAssert.Run(graph, input);
        Directory.CreateDirectory(Folder);
        string name = Path.Combine(Folder, row.Name.Replace(' ', '_').Replace('/', '_'));
        NpyFile.Write(name + ".input.npy", input);
        int written = 0;
        for (int opset = OnnxExportOptions.LowestOpset; opset <= OnnxExportOptions.HighestOpset; opset++)
        {
            byte[] bytes;
            try
            {
                bytes = OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = opset, DocString = $"{row.Name}|{Hash(graph)}" });
            }
            catch (UnsupportedContentException e) when (opset < 19)
            {
                Assert.That(e.Message, Does.Contain(row.OpType).And.Contain("opset"));
                continue;
            }
            written++;
            File.WriteAllBytes($"{name}.{opset}.onnx", bytes);
            OnnxModel model = OnnxModel.Load(bytes);
            Assert.That(model.Opset, Is.EqualTo(opset));
            OnnxAssert.Close(OnnxAssert.Run(model.Graph, input), expected, 1e-5);
        }
        Assert.That(written, Is.GreaterThanOrEqualTo(2));
    }

    /// <summary>A graph of one node: input 0 comes from outside, the others are parameters.</summary>
    internal static (Graph Graph, Tensor Input) GraphOf(OperatorCase row)
    {
        Tensor?[] values = [.. row.Inputs.Select((shape, i) => shape is null ? null : Numbers(shape.Value, i, row.Positive.Contains(i)))];
        Dictionary<string, Tensor> parameters = [];
        List<string> names = ["x"];
        for (int i = 1; i < values.Length; i++)
        {
            names.Add(values[i] is null ? "" : $"p{i}");
            if (values[i] is Tensor value)
                parameters[$"p{i}"] = value;
        }
        while (names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        string[] outputs = ["y", .. Enumerable.Range(1, Math.Max(0, row.Outputs - 1)).Select(i => $"y{i}")];
        Operator op =
            OperatorCatalog.Create(row.OpType, new OperatorAttributes(row.Attributes, row.Constants), names.Count, row.OpType is "Split" ? outputs.Length : 1);
        Graph graph =
            new("case", [new GraphInput("x", values[0]!.Shape)], [new Node("node", op, names, row.OpType is "Split" ? outputs : ["y"])], ["y"], parameters);
        return (graph, values[0]!);
    }

    /// <summary>Distinct numbers within ±2, the same for everyone who reads this.</summary>
    private static Tensor Numbers(TensorShape shape, int input, bool positive)
    {
        Tensor tensor = new(shape);
        for (int i = 0; i < tensor.Values.Length; i++)
            tensor.Values[i] = positive ? 0.25f + (i * 29 + input * 7) % 64 / 32f : ((i * 37 + input * 11) % 101 - 50) / 25f;
        return tensor;
    }

    private static string Hash(Graph graph) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 20, DocString = "" })))[..16];

    /// <summary>What ONNX Runtime computed for the file with this hash.</summary>
    private sealed record RecordedCase(string sha256, float[] output);
}
