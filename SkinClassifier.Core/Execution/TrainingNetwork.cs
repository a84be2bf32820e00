using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>Values, parameters and stages of a training plan, in running order. Nodes that the output does not depend on are left out.</summary>
internal sealed class TrainingNetwork : IDisposable
{
    private TrainingNetwork(TrainingValue input, TrainingValue output, Parameter[] parameters, TrainingStage[] stages, TrainingValue[] cleared)
    {
        Input = input;
        Output = output;
        Parameters = parameters;
        Stages = stages;
        Cleared = cleared;
    }

    public TrainingValue Input { get; }

    public TrainingValue Output { get; }

    public Parameter[] Parameters { get; }

    public TrainingStage[] Stages { get; }

    /// <summary>Values whose gradients start a backward pass at zero.</summary>
    public TrainingValue[] Cleared { get; }

    public static TrainingNetwork Build(Graph graph, TensorShape inputShape, PlanOptions options)
    {
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new ShapeMismatchException($"TrainingPlan, graph {graph.Name}: expected one input and one output, received {graph.Inputs.Count} and {graph.Outputs.Count}. Cut the graph to the output that the loss uses.");
        CheckInput(graph, inputShape);
        IReadOnlyDictionary<string, TensorShape> shapes = graph.InferShapes(inputShape);
        List<(Node Node, int Index)> nodes = Needed(graph);
        Parameter[] parameters = MakeParameters(graph, nodes, options);
        Dictionary<string, TrainingValue> values = new(StringComparer.Ordinal);
        foreach (Parameter parameter in parameters)
            values[parameter.Name] = new TrainingValue(parameter.Name, parameter.Shape, parameter.ValueMemory, parameter.GradientMemory);
        string inputName = graph.Inputs[0].Name;
        values[inputName] = new TrainingValue(inputName, inputShape, new float[inputShape.ElementCount], default);

        List<TrainingStage> stages = [];
        List<TrainingValue> cleared = [];
        foreach ((Node node, int index) in nodes)
        {
            bool needsGradient = node.Inputs.Any(i => i.Length > 0 && values[i].NeedsGradient);
            foreach (string name in node.Outputs)
                if (name.Length > 0)
                {
                    int length = shapes[name].ElementCount;
                    values[name] = new TrainingValue(name, shapes[name], new float[length], needsGradient ? new float[length] : default);
                    if (needsGradient)
                        cleared.Add(values[name]);
                }
            stages.Add(new PlainStage(node, index, [.. node.Inputs.Select(Step)], [.. node.Outputs.Select(Step)], needsGradient, options));
        }
        return new TrainingNetwork(values[inputName], values[graph.Outputs[0]], parameters, [.. stages], [.. cleared]);

        StepValue Step(string name) => name.Length == 0 ? default : values[name].ToStepValue();
    }

    public void Dispose()
    {
    }

    private static void CheckInput(Graph graph, TensorShape shape)
    {
        TensorShape declared = graph.Inputs[0].Shape;
        bool fits = declared.Rank == shape.Rank;
        for (int axis = 0; fits && axis < shape.Rank; axis++)
            fits = shape[axis] > 0 && (declared[axis] == TensorShape.Free || declared[axis] == shape[axis]);
        if (!fits)
            throw new ShapeMismatchException($"TrainingPlan, graph {graph.Name}, input {graph.Inputs[0].Name}: expected {declared}, received {shape}.");
    }

    private static List<(Node Node, int Index)> Needed(Graph graph)
    {
        HashSet<string> needed = new(graph.Outputs, StringComparer.Ordinal);
        List<(Node, int)> nodes = [];
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
            if (graph.Nodes[i].Outputs.Any(needed.Contains))
            {
                nodes.Add((graph.Nodes[i], i));
                needed.UnionWith(graph.Nodes[i].Inputs);
            }
        nodes.Reverse();
        return nodes;
    }

    private static Parameter[] MakeParameters(Graph graph, List<(Node Node, int Index)> nodes, PlanOptions options)
    {
        List<string> order = [];
        Dictionary<string, bool> trainable = new(StringComparer.Ordinal);
        foreach ((Node node, _) in nodes)
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                string name = node.Inputs[i];
                if (!graph.Parameters.ContainsKey(name))
                    continue;
                if (!trainable.TryGetValue(name, out bool soFar))
                {
                    order.Add(name);
                    soFar = !GraphComposition.IsConstant(name) && (options.IsTrainable?.Invoke(name) ?? true);
                }
                trainable[name] = soFar && node.Operator.IsTrainable(i);
            }
        return [.. order.Select(name => new Parameter(name, graph.Parameters[name], trainable[name]))];
    }
}
