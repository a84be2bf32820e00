using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Laws of every operator case as a graph of one node: the ONNX file comes back equal, plans equal the plain loop.</summary>
[Category("Simd")]
public sealed class OperatorGraphLawsTests
{
    private static IEnumerable<OperatorCase> Cases => OperatorCases.All;

    private static IEnumerable<OperatorCase> WithGradient =>
        Cases.Where(c => c.HasGradient && !c.Training && c.OpType != "Dropout" && !c.WithoutGradient.Contains(0));

    [TestCaseSource(nameof(Cases))]
    public void An_ONNX_file_comes_back_equal(OperatorCase row)
    {
        (Graph graph, Tensor input) = Make(row);
        using MemoryStream file = new();
        OnnxModel.Write(graph, file, new OnnxExportOptions { Opset = 20 });
        Graph back = OnnxModel.Load(file.ToArray()).Graph;
        GraphRun expected = new(graph, input), actual = new(back, input);
        Assert.That(back.Outputs, Has.Count.EqualTo(graph.Outputs.Count));
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Assert.That(actual.Values[back.Outputs[i]].Shape, Is.EqualTo(expected.Values[graph.Outputs[i]].Shape));
            Assert.That(actual.Values[back.Outputs[i]].Values.ToArray(), Is.EqualTo(expected.Values[graph.Outputs[i]].Values.ToArray()).Within(1e-5));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void An_inference_plan_equals_the_plain_loop(OperatorCase row)
    {
        (Graph graph, Tensor input) = Make(row, 1);
        float[] expected = GraphRun.Output(graph, input).Values.ToArray(), actual = new float[expected.Length];
        using InferencePlan plan = InferencePlan.Create(graph, input.Shape);
        plan.Run(input.Values, actual);
        Assert.That(actual, Is.EqualTo(expected).Within(1e-4));
    }

    [TestCaseSource(nameof(WithGradient))]
    public void A_training_plan_equals_the_plain_loop(OperatorCase row)
    {
        (Graph graph, Tensor input) = Make(row, 1);
        GraphRun run = new(graph, input);
        float[] expected = run.Values[graph.Outputs[0]].Values.ToArray();
        float[] upstream = OperatorGoldenTests.Numbers(new TensorShape(expected.Length), 9, -1, 1).Values.ToArray();
        using TrainingPlan plan = TrainingPlan.Create(graph, input.Shape, new PlanOptions { BatchNormalization = BatchNormalizationMode.Frozen });
        Assert.That(plan.Forward(input.Values).ToArray(), Is.EqualTo(expected).Within(1e-4));
        plan.Backward(upstream);
        IReadOnlyDictionary<string, float[]> gradients = run.Backward(upstream);
        foreach (Parameter parameter in plan.Parameters.Where(p => p.Trainable))
            Assert.That(parameter.Gradient.ToArray(), Is.EqualTo(gradients[parameter.Name]).Within(1e-4), parameter.Name);
    }

    // the first input that is not a scalar stays an input, the others become parameters; absent ones stay absent
    private static (Graph Graph, Tensor Input) Make(OperatorCase row, int? outputs = null)
    {
        Tensor?[] inputs = row.CreateInputs();
        int main = Math.Max(0, Array.FindIndex(inputs, t => t is { Shape.Rank: > 0 }));
        Dictionary<string, Tensor> parameters = [];
        for (int i = 0; i < inputs.Length; i++)
            if (i != main && inputs[i] is { } parameter)
                parameters[$"p{i}"] = parameter;
        Node node = new("node", row.Create(), [.. inputs.Select((t, i) => t is null ? "" : i == main ? "x" : $"p{i}")],
            [.. Enumerable.Range(0, row.Outputs).Select(i => $"y{i}")]);
        return (
            new Graph("case", [new GraphInput("x", inputs[main]!.Shape)], [node], [.. node.Outputs.Take(outputs ?? row.Outputs)], parameters), inputs[main]!);
    }
}
