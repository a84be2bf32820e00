using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Chooses how every node trains: convolutions and what surrounds them in blocks of 16 channels, everything else by its operator's
/// own loops, with a change of layout where the two meet. BatchNormalization, Relu and Clip behind a blocked value with no other
/// reader become part of how that value is read.
/// </summary>
internal sealed partial class TrainingNetworkBuilder
{
    private readonly Dictionary<string, NchwValue> _nchw = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BlockedValue> _blocked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Parameter> _parameters;
    private readonly Dictionary<Node, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly RewrittenGraph _graph;
    private readonly PlanOptions _options;
    private readonly bool _fast;

    public TrainingNetworkBuilder(Graph graph, RewrittenGraph rewritten, TensorShape input, Parameter[] parameters, PlanOptions options, KernelFamily? family)
    {
        (_graph, _options, _fast) = (rewritten, options, family is not null);
        foreach (Node node in graph.Nodes)
            _places.Add(node, options.FirstNode + _places.Count);
        _parameters = parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
        Context = new BlockedContext(options.Workers ?? WorkerPool.Shared, GradientKernels.For(family ?? KernelFamily.Current),
            options.Group);
        foreach (Parameter parameter in parameters)
            _nchw[parameter.Name] = new NchwValue(parameter.Name, parameter.Shape, parameter.ValueMemory, parameter.GradientMemory);
        string name = graph.Inputs[0].Name;
        _nchw[name] = new NchwValue(name, input, new float[input.ElementCount], options.InputGradient ? new float[input.ElementCount] : default);
        if (options.InputGradient)
            Cleared.Add(_nchw[name]);
    }

    /// <summary>Threads, kernels and scratch memory of the blocked steps.</summary>
    public BlockedContext Context { get; }

    /// <summary>Steps so far.</summary>
    public List<TrainingStep> Steps { get; } = [];

    /// <summary>Values in NCHW whose gradients start at zero.</summary>
    public List<NchwValue> Cleared { get; } = [];

    /// <summary>Adds the steps of the next node: one in blocks, or its parts one by one by their operators' loops.</summary>
    public void Add(FusedNode node)
    {
        int first = Steps.Count;
        if (!_fast || !AddFast(node))
            foreach (Node part in node.Parts)
                AddNode(part);
        Node last = node.Parts[^1];
        for (int i = first; i < Steps.Count; i++)
            Steps[i].Name = $"{last.Name} {Steps[i].GetType().Name} {_graph.Shape(last.Inputs[0])} → {_graph.Shape(node.Output)}";
    }

    /// <summary>The value in NCHW, made from blocks when it is only there.</summary>
    public NchwValue Nchw(string name)
    {
        if (_nchw.TryGetValue(name, out NchwValue? value))
            return value;
        BlockedValue blocked = _blocked[name];
        value = MakeNchw(name, blocked.NeedsGradient);
        Steps.Add(new ToNchwTrainingStep(Context, blocked, value));
        return value;
    }

    private void AddNode(Node node)
    {
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        StepValue[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? default : Nchw(i).ToStepValue())];
        StepValue[] outputs = [.. node.Outputs.Select(o => o.Length == 0 ? default : MakeNchw(o, needsGradient).ToStepValue())];
        Steps.Add(new NodeTrainingStep(node, _places[node], inputs, outputs, needsGradient, _options));
    }

    private bool NeedsGradient(string name) =>
        name.Length > 0 && (_nchw.TryGetValue(name, out NchwValue? value) ? value.NeedsGradient : _blocked[name].NeedsGradient);

    private NchwValue MakeNchw(string name, bool needsGradient)
    {
        TensorShape shape = _graph.Shape(name);
        NchwValue value = new(name, shape, new float[shape.ElementCount], needsGradient ? new float[shape.ElementCount] : default);
        _nchw[name] = value;
        if (needsGradient)
            Cleared.Add(value);
        return value;
    }

    private BlockedValue Blocked(string name)
    {
        if (_blocked.TryGetValue(name, out BlockedValue? value))
            return value;
        NchwValue from = _nchw[name];
        value = MakeBlocked(name, from.NeedsGradient);
        Steps.Add(new ToBlockedTrainingStep(Context, from, value));
        return value;
    }

    private BlockedValue MakeBlocked(string name, bool needsGradient) =>
        _blocked[name] = new BlockedValue(new BlockedTensor(_graph.Shape(name)), needsGradient);

    /// <summary>A copy that only one reader sees; null where the value is not in blocks.</summary>
    private BlockedValue? Copy(string name)
    {
        if (!_blocked.TryGetValue(name, out BlockedValue? value))
            return null;
        BlockedValue copy = new(value.Stored.Like(), value.NeedsGradient);
        Steps.Add(new CopyTrainingStep(Context, value, copy));
        return copy;
    }

    /// <summary>The value that a node may fold itself into: blocked, unlimited, and read by no other node.</summary>
    private BlockedValue? Foldable(string name, bool normalized) =>
        _blocked.TryGetValue(name, out BlockedValue? value) && _graph.UsedOnce(name) && !_nchw.ContainsKey(name)
            && value.Map is not { IsLimited: true } && (normalized || value.Map is null) ? value : null;

    private Parameter? ParameterOf(Node node, int input) => input < node.Inputs.Count ? _parameters.GetValueOrDefault(node.Inputs[input]) : null;
}
