using SkinClassifier.Execution.Training;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>Values, parameters and stages of a training plan, in running order. Nodes that the output does not depend on are left out.</summary>
internal sealed class TrainingNetwork : IDisposable
{
    private readonly BlockedContext _context;
    private readonly NativeBuffer _arena;

    private TrainingNetwork(TrainingNetworkBuilder builder, TrainingValue input, TrainingValue output, Parameter[] parameters, TrainingSchedule schedule)
    {
        Input = input;
        Output = output;
        Parameters = parameters;
        Stages = [.. builder.Stages];
        Cleared = [.. builder.Cleared];
        _context = builder.Context;
        Backward = schedule.Backward;
        _arena = schedule.Allocate();
    }

    public TrainingValue Input { get; }

    public TrainingValue Output { get; }

    public Parameter[] Parameters { get; }

    public TrainingStage[] Stages { get; }

    /// <summary>What a backward pass runs, in order.</summary>
    public BackwardRun[] Backward { get; }

    /// <summary>Values whose gradients start a backward pass at zero.</summary>
    public TrainingValue[] Cleared { get; }

    public static TrainingNetwork Build(Graph graph, TensorShape inputShape, PlanOptions options, KernelFamily? family)
    {
        PlanInput.Check(graph, inputShape);
        List<(Node Node, int Index)> nodes = Needed(graph);
        Parameter[] parameters = MakeParameters(graph, nodes, options);
        TrainingNetworkBuilder builder = new(graph, inputShape, parameters, nodes, options, family);
        foreach ((Node node, int index) in nodes)
            builder.Add(node, index);
        TrainingValue output = builder.Plain(graph.Outputs[0]);
        GradientPlan gradients = new();
        for (int i = builder.Stages.Count - 1; i >= 0; i--)
            if (builder.Stages[i] is BlockedStage { NeedsBackward: true } stage)
            {
                gradients.Stage = i;
                stage.PlanGradients(gradients);
            }
        HashSet<BlockedValue> normalized = [.. builder.Stages.OfType<NormalizationStage>().Where(s => s.NeedsBackward).Select(s => s.Value)];
        foreach ((BlockedValue value, _, int completed, _) in gradients.Gradients)
            if (normalized.Contains(value))
                value.Sums = ((BlockedStage)builder.Stages[completed]).TakeSums(value);
        StageUses uses = new(builder.Stages, gradients);
        TrainingSchedule schedule = uses.Schedule(options.GradientCheckpointing ? Segmentation.Choose(uses) : []);
        builder.Context.Allocate();
        return new TrainingNetwork(builder, builder.Plain(graph.Inputs[0].Name), output, parameters, schedule);
    }

    public void Dispose()
    {
        foreach (TrainingStage stage in Stages)
            stage.Dispose();
        _arena.Dispose();
        _context.Dispose();
    }

    /// <summary>Floats of all activations and their gradients in blocks.</summary>
    public long BlockedLength => _arena.Length;

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
