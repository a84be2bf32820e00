using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>Runs a graph operator by operator, keeping every value: the truth of the plain loops. BatchNormalization is frozen.</summary>
public sealed class GraphRun
{
    private readonly Graph _graph;
    private readonly Dictionary<string, float[]> _gradients = new(StringComparer.Ordinal);
    private readonly List<float[]> _saved = [];

    /// <summary>Runs forward.</summary>
    public GraphRun(Graph graph, Tensor input)
    {
        _graph = graph;
        Values = new Dictionary<string, Tensor>(graph.Parameters, StringComparer.Ordinal) { [graph.Inputs[0].Name] = input };
        foreach (Node node in graph.Nodes)
        {
            StepValue[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? default : new StepValue(Values[i].Shape, Values[i].Memory))];
            TensorShape[] shapes = [.. inputs.Select(i => i.Shape)];
            Tensor[] outputs = [.. node.Operator.InferShapes(shapes).Take(node.Outputs.Count).Select(s => new Tensor(s))];
            _saved.Add(new float[node.Operator.SavedLength(shapes)]);
            node.Operator.Forward(new ForwardStep(inputs, [.. outputs.Select(o => new StepValue(o.Shape, o.Memory))], _saved[^1]));
            for (int i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i].Length > 0)
                    Values[node.Outputs[i]] = outputs[i];
        }
    }

    /// <summary>All values by name.</summary>
    public Dictionary<string, Tensor> Values { get; }

    /// <summary>The graph's one output for one input.</summary>
    public static Tensor Output(Graph graph, Tensor input) => new GraphRun(graph, input).Values[graph.Outputs[0]];

    /// <summary>Runs backward from the one output and returns the gradients of all values by name.</summary>
    public IReadOnlyDictionary<string, float[]> Backward(float[] upstream)
    {
        _gradients.Clear();
        Gradient(_graph.Outputs[0]);
        upstream.CopyTo(_gradients[_graph.Outputs[0]], 0);
        for (int n = _graph.Nodes.Count - 1; n >= 0; n--)
        {
            Node node = _graph.Nodes[n];
            if (!node.Outputs.Any(_gradients.ContainsKey))
                continue;
            StepValue[] outputs = [.. node.Outputs.Select(o => new StepValue(Values[o].Shape, Values[o].Memory, Gradient(o)))];
            StepValue[] inputs = [.. node.Inputs.Select(
                (i, at) => i.Length == 0 ? default : new StepValue(Values[i].Shape, Values[i].Memory, node.Operator.IsTrainable(at) ? Gradient(i) : default))];
            node.Operator.Backward(new BackwardStep(inputs, outputs, _saved[n], training: false));
        }
        return _gradients;
    }

    private float[] Gradient(string value)
    {
        if (!_gradients.TryGetValue(value, out float[]? gradient))
            _gradients[value] = gradient = new float[Values[value].Values.Length];
        return gradient;
    }
}
