using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Runs a graph operator by operator, keeping every value: the truth of the plain loops.</summary>
public static class GraphRun
{
    /// <summary>All values of <paramref name="graph"/> for one input, by name.</summary>
    public static Dictionary<string, Tensor> Forward(Graph graph, Tensor input)
    {
        Dictionary<string, Tensor> values = new(graph.Parameters, StringComparer.Ordinal) { [graph.Inputs[0].Name] = input };
        foreach (Node node in graph.Nodes)
        {
            StepValue[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? default : new StepValue(values[i].Shape, values[i].Memory))];
            Tensor[] outputs = [.. node.Operator.InferShapes(inputs.Select(i => i.Shape).ToArray()).Select(s => new Tensor(s))];
            node.Operator.Forward(new ForwardStep(inputs, [.. outputs.Select(o => new StepValue(o.Shape, o.Memory))]));
            for (int i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i].Length > 0)
                    values[node.Outputs[i]] = outputs[i];
        }
        return values;
    }

    /// <summary>The graph's one output for one input.</summary>
    public static Tensor Output(Graph graph, Tensor input) => Forward(graph, input)[graph.Outputs[0]];
}
