using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Schema;
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
    private static readonly Dictionary<string, float[]> _golden = JsonSerializer.Deserialize<Dictionary<string, float[]>>(File.ReadAllText(SharedFiles.Asset("golden", "onnx", "operator_cases.json")))!;

    private static IEnumerable<OperatorCase> Cases => OperatorCases.All.Where(c => c.Inputs[0] is { Rank: > 0 });

    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "onnx-exports");

    [Test]
    public void EveryOperatorHasACase()
    {
        Assert.That(OperatorCatalog.OpTypes.Except(Cases.Select(c => c.OpType)), Is.Empty);
        Assert.That(_golden, Has.Count.GreaterThan(60));
    }

    [TestCaseSource(nameof(Cases))]
    public void WrittenAndReadAgainIsTheSame(OperatorCase row)
    {
        (Graph graph, Tensor input) = GraphOf(row);
        Tensor expected = OnnxAssert.Run(graph, input);
        Graph again = OnnxModel.Load(OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = 20, IrVersion = 9 })).Graph;
        OnnxAssert.Equal(new Graph(again.Name, graph.Inputs, again.Nodes, again.Outputs, again.Parameters), graph);
        Assert.That(OnnxAssert.Run(again, input).Values.SequenceEqual(expected.Values));
        if (_golden.TryGetValue(row.Name, out float[]? recorded))
            OnnxAssert.Close(expected, new Tensor(expected.Shape, recorded), 1e-4);
    }

    [TestCaseSource(nameof(Cases))]
    public void EveryOpsetGivesTheSameNumbers(OperatorCase row)
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
                bytes = OnnxAssert.Bytes(graph, new OnnxExportOptions { Opset = opset, DocString = row.Name });
            }
            catch (UnsupportedContentException e) when (opset < 19)
            {
                Assert.That(e.Message, Does.Contain(row.OpType).And.Contain("opset"));
                continue;
            }
            written++;
            File.WriteAllBytes($"{name}.{opset}.onnx", bytes);
            if (!ModelProto.Parser.ParseFrom(bytes).Graph.Node.All(n => OperatorCatalog.OpTypes.Contains(n.OpType) || n.OpType == "Shape"))
                continue; // written with operators that we do not have ourselves
            OnnxModel model = OnnxModel.Load(bytes);
            Assert.That(model.Opset, Is.EqualTo(opset));
            OnnxAssert.Close(OnnxAssert.Run(model.Graph, input), expected, 1e-5);
        }
        Assert.That(written, Is.GreaterThanOrEqualTo(2));
    }

    /// <summary>A graph of one node: input 0 comes from outside, the others are parameters.</summary>
    private static (Graph Graph, Tensor Input) GraphOf(OperatorCase row)
    {
        Tensor?[] values = row.CreateInputs();
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
        Operator op = OperatorCatalog.Create(row.OpType, new OperatorAttributes(row.Attributes, row.Constants), names.Count, 1);
        Graph graph = new("case", [new GraphInput("x", values[0]!.Shape)], [new Node("node", op, names, ["y"])], ["y"], parameters);
        return (graph, values[0]!);
    }
}
