using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Files;
using SkinClassifier.Onnx;
using SkinClassifier.Onnx.Reading;
using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Onnx;

/// <summary>
/// ONNX's own node tests: folders with model.onnx and test_data_set_0 (onnx/backend/test/data/node of a release of onnx/onnx), anywhere below the
/// folder named by SKINCLASSIFIER_ONNX_NODE_TESTS. Each input in turn comes from outside, the others are weights. A test passes, is refused by
/// our exceptions, or differs; nothing may differ. The list is written to onnx-node-tests.txt beside the test program.
/// </summary>
[Category("Slow")]
public sealed class NodeTests
{
    private const int OldestOpset = 9, NewestOpset = 22;

    // The files of ONNX 1.6 lack the attribute nearest_mode that their outputs were made with; those of 1.7 have it.
    private static readonly string[] _wrongInOnnx16 = ["test_resize_upsample_sizes_nearest_ceil_half_pixel",
        "test_resize_upsample_sizes_nearest_floor_align_corners", "test_resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric"];

    [Test]
    public void No_node_test_of_ONNX_gives_other_numbers()
    {
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_ONNX_NODE_TESTS") is not { Length: > 0 } root)
        {
            Assert.Ignore("SKINCLASSIFIER_ONNX_NODE_TESTS names no folder with ONNX's node tests.");
            return;
        }
        SortedDictionary<string, SortedDictionary<string, int>> counts = new(StringComparer.Ordinal);
        StringBuilder list = new();
        List<string> differing = [];
        foreach (string file in Directory.EnumerateFiles(root, "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string folder = Path.GetDirectoryName(file)!, name = Path.GetRelativePath(root, folder);
            ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
            long opset = model.OpsetImport.Where(o => o.Domain.Length == 0).Select(o => o.Version).DefaultIfEmpty(0).Max();
            if (opset is < OldestOpset or > NewestOpset)
                continue;
            (string outcome, string why) = Check(model, folder);
            if (outcome == "differs" && opset == 11 && _wrongInOnnx16.Contains(Path.GetFileName(folder))
                && model.Graph.Node[0].Attribute.All(a => a.Name != "nearest_mode"))
                outcome = "file of ONNX 1.6 that 1.7 corrects";
            list.Append(outcome).Append('\t').Append(opset).Append('\t').Append(name).Append('\t').Append(why.ReplaceLineEndings(" ")).Append('\n');
            if (outcome == "differs")
                differing.Add($"{name}: {why}");
            SortedDictionary<string, int> row = counts.TryGetValue($"opset {opset:00}", out SortedDictionary<string, int>? known) ? known
                : counts[$"opset {opset:00}"] = new(StringComparer.Ordinal);
            row[outcome] = row.GetValueOrDefault(outcome) + 1;
        }
        File.WriteAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "onnx-node-tests.txt"), list.ToString());
        foreach ((string opset, SortedDictionary<string, int> row) in counts)
            TestContext.Out.WriteLine($"{opset}: {string.Join(", ", row.Select(r => $"{r.Value} {r.Key}"))}");
        foreach (string outcome in (string[])["passes", "refused: operators", "refused: otherwise", "file of ONNX 1.6 that 1.7 corrects", "differs"])
            TestContext.Out.WriteLine($"{outcome}: {counts.Values.Sum(r => r.GetValueOrDefault(outcome))}");
        Assert.That(counts, Is.Not.Empty, $"no model.onnx of opset {OldestOpset} to {NewestOpset} below {root}");
        Assert.That(differing, Is.Empty);
    }

    private static (string Outcome, string Why) Check(ModelProto model, string folder)
    {
        string refusal = "";
        int passed = 0;
        for (int runtime = 0; runtime < model.Graph.Input.Count; runtime++)
            try
            {
                if (Differs(model.Clone(), folder, runtime) is string difference)
                    return ("differs", $"input {runtime} from outside: {difference}");
                passed++;
            }
            catch (SkinClassifierException refused)
            {
                refusal = refusal.Length == 0 ? refused.Message : refusal;
            }
            catch (Exception e)
            {
                return ("differs", $"input {runtime} from outside: {e.GetType().Name} {e.Message}");
            }
        return passed > 0 ? ("passes", $"{passed} of {model.Graph.Input.Count} inputs")
            : (refusal.Contains(" are not supported. Supported: ") ? "refused: operators" : "refused: otherwise", refusal);
    }

    /// <summary>What is other than expected, or null.</summary>
    private static string? Differs(ModelProto model, string folder, int runtime)
    {
        FileError error = new("test");
        TensorReader reader = new(error, null);
        Tensor? input = null;
        List<ValueInfoProto> inputs = [.. model.Graph.Input];
        for (int i = 0; i < inputs.Count; i++)
        {
            TensorProto tensor = Message(folder, "input", i, inputs[i]);
            if (i != runtime)
            {
                tensor.Name = inputs[i].Name;
                model.Graph.Initializer.Add(tensor);
                model.Graph.Input.Remove(inputs[i]);
                continue;
            }
            OnnxTensor content = reader.Read(tensor);
            input = new Tensor(content.Shape, content.AsFloats());
        }
        using MemoryStream bytes = new();
        Google.Protobuf.MessageExtensions.WriteTo(model, bytes);
        Graph graph = OnnxModel.Load(bytes.ToArray(), "test").Graph;
        for (int i = 0; i < model.Graph.Output.Count; i++)
        {
            TensorProto tensor = Message(folder, "output", i, model.Graph.Output[i]);
            OnnxTensor expected = reader.Read(tensor);
            using InferencePlan plan = InferencePlan.Create(graph.Cut(graph.Outputs[i]), input!.Shape);
            if (plan.OutputShape != expected.Shape)
                return $"output {i}: expected the shape {expected.Shape}, received {plan.OutputShape}";
            float[] received = new float[expected.Count], wanted = expected.AsFloats();
            plan.Run(input.Values, received);
            double tolerance =
                (TensorProto.Types.DataType)tensor.DataType is TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 ? 5e-3 : 1e-3;
            for (int k = 0; k < received.Length; k++)
                if (!(Math.Abs(received[k] - wanted[k]) <= 1e-5 + tolerance * Math.Abs(wanted[k]) || received[k].Equals(wanted[k])))
                    return $"output {i}, element {k}: expected {wanted[k]}, received {received[k]}";
        }
        return null;
    }

    /// <summary>The tensor of a file; some hold the bits of bfloat16 numbers as uint16.</summary>
    private static TensorProto Message(string folder, string kind, int index, ValueInfoProto declared)
    {
        TensorProto tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "test_data_set_0", $"{kind}_{index}.pb")));
        if (declared.Type?.TensorType?.ElemType == (int)TensorProto.Types.DataType.Bfloat16 && tensor.DataType == (int)TensorProto.Types.DataType.Uint16)
            tensor.DataType = (int)TensorProto.Types.DataType.Bfloat16;
        return tensor;
    }
}
