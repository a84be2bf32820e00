using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training;

/// <summary>Values, parameters and steps of a training plan, in running order. Nodes that the output does not depend on are left out.</summary>
internal sealed class TrainingNetwork : IDisposable
{
    private readonly BlockedContext _context;
    private readonly NativeBuffer _arena;

    private TrainingNetwork(TrainingNetworkBuilder builder, NchwValue input, NchwValue output, Parameter[] parameters, TrainingSchedule schedule)
    {
        Input = input;
        Output = output;
        Parameters = parameters;
        Steps = [.. builder.Steps];
        Cleared = [.. builder.Cleared];
        _context = builder.Context;
        Backward = schedule.Backward;
        _arena = schedule.Allocate();
    }

    /// <summary>Sums over images that other processes have a share of; null: there are none.</summary>
    public SumChain? Chain => _context.Chain;

    public NchwValue Input { get; }

    public NchwValue Output { get; }

    public Parameter[] Parameters { get; }

    public TrainingStep[] Steps { get; }

    /// <summary>What a backward pass runs, in order.</summary>
    public BackwardRun[] Backward { get; }

    /// <summary>Values whose gradients start a backward pass at zero.</summary>
    public NchwValue[] Cleared { get; }

    public static TrainingNetwork Build(Graph graph, TensorShape inputShape, PlanOptions options, KernelFamily? family)
    {
        PlanInput.Check(graph, inputShape);
        RewrittenGraph rewritten = new(graph, graph.InferShapes(inputShape), family is null ? [] : GraphRewrites.Training);
        Parameter[] parameters = MakeParameters(rewritten.Source, options);
        TrainingNetworkBuilder builder = new(graph, rewritten, inputShape, parameters, options, family);
        foreach (FusedNode node in rewritten.Nodes)
            builder.Add(node);
        NchwValue output = builder.Nchw(graph.Outputs[0]);
        GradientPlan gradients = new();
        for (int i = builder.Steps.Count - 1; i >= 0; i--)
            if (builder.Steps[i] is BlockedTrainingStep { NeedsBackward: true } step)
            {
                gradients.Step = i;
                step.PlanGradients(gradients);
            }
        HashSet<BlockedValue> normalized = [.. builder.Steps.OfType<NormalizationTrainingStep>().Where(s => s.NeedsBackward).Select(s => s.Value)];
        foreach ((BlockedValue value, _, int completed, _) in gradients.Gradients)
            if (normalized.Contains(value))
                value.Sums = ((BlockedTrainingStep)builder.Steps[completed]).TakeSums(value);
        StepUses uses = new(builder.Steps, gradients);
        TrainingSchedule schedule = ScheduleOf(uses, options);
        builder.Context.Allocate();
        return new TrainingNetwork(builder, builder.Nchw(graph.Inputs[0].Name), output, parameters, schedule);
    }

    public void Dispose()
    {
        foreach (TrainingStep step in Steps)
            step.Dispose();
        _arena.Dispose();
        _context.Dispose();
    }

    /// <summary>Floats of all activations and their gradients in blocks.</summary>
    public long BlockedLength => _arena.Length;

    /// <summary>Keeps as many values as fit into memory: all, or all but the cheap ones, or only those at borders. The bits are the same.</summary>
    private static TrainingSchedule ScheduleOf(StepUses uses, PlanOptions options)
    {
        TrainingSchedule whole = uses.Schedule([]);
        long most = options.ActivationBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        if (!options.GradientCheckpointing && Fits(whole))
            return whole;
        TrainingSchedule cheap = uses.Schedule(uses.Cheap());
        return !options.GradientCheckpointing && Fits(cheap) ? cheap : uses.Schedule(Segmentation.Choose(uses));

        bool Fits(TrainingSchedule schedule) => schedule.Peak() * sizeof(float) <= most;
    }

    private static Parameter[] MakeParameters(Graph graph, PlanOptions options)
    {
        List<string> order = [];
        Dictionary<string, bool> trainable = new(StringComparer.Ordinal);
        HashSet<string> statistics = new(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
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
                if (i >= 3 && node.Operator.OpType == "BatchNormalization" && options.UsesBatchStatistics(node))
                    statistics.Add(name);
            }
        return [.. order.Select(name => new Parameter(name, graph.Parameters[name], trainable[name], statistics.Contains(name)))];
    }
}
