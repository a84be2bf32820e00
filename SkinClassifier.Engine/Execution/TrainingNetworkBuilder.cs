using SkinClassifier.Common;
using SkinClassifier.Execution.Training;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>
/// Chooses how every node trains: convolutions and what surrounds them in blocks of 16 channels, everything else by its operator's
/// own loops, with a change of layout where the two meet. BatchNormalization, Relu and Clip behind a blocked value with no other
/// reader become part of how that value is read.
/// </summary>
internal sealed partial class TrainingNetworkBuilder
{
    /// <summary>A convolution whose matrix would be nearly empty is faster on plain loops.</summary>
    private const double MaxProducts = 16;

    private readonly Dictionary<string, TrainingValue> _plain = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BlockedValue> _blocked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Parameter> _parameters;
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, TensorShape> _shapes;
    private readonly PlanOptions _options;
    private readonly bool _fast;

    public TrainingNetworkBuilder(
        Graph graph, TensorShape input, Parameter[] parameters, List<(Node Node, int Index)> nodes, PlanOptions options, KernelFamily? family)
    {
        _options = options;
        _fast = family is not null;
        _shapes = graph.InferShapes(input);
        _parameters = parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
        Context = new BlockedContext(options.Workers ?? WorkerPool.Shared, GradientKernels.For(family ?? KernelFamily.Current));
        foreach (Parameter parameter in parameters)
            _plain[parameter.Name] = new TrainingValue(parameter.Name, parameter.Shape, parameter.ValueMemory, parameter.GradientMemory);
        string name = graph.Inputs[0].Name;
        _plain[name] = new TrainingValue(name, input, new float[input.ElementCount], default);
        foreach (string read in nodes.SelectMany(n => n.Node.Inputs).Append(graph.Outputs[0]))
            _readers[read] = _readers.GetValueOrDefault(read) + 1;
        FindGates(nodes.Select(n => n.Node));
        FindPixelNormalizations(nodes.Select(n => n.Node));
    }

    /// <summary>Threads, kernels and scratch memory of the blocked stages.</summary>
    public BlockedContext Context { get; }

    /// <summary>Stages so far.</summary>
    public List<TrainingStage> Stages { get; } = [];

    /// <summary>Plain values whose gradients start at zero.</summary>
    public List<TrainingValue> Cleared { get; } = [];

    /// <summary>Values in blocks.</summary>
    public List<BlockedValue> BlockedValues { get; } = [];

    /// <summary>Adds the next node.</summary>
    public void Add(Node node, int index)
    {
        int first = Stages.Count;
        bool added = _fast && node.Operator switch
        {
            Conv conv => AddConvolution(node, conv),
            BatchNormalization normalization => FoldNormalization(node, normalization),
            Relu => FoldLimits(node, 0, float.PositiveInfinity),
            Clip clip => clip.Min < clip.Max && FoldLimits(node, clip.Min, clip.Max),
            Graphs.Operators.Add or Sub or Mul or Div when AddChannelConstant(node) => true,
            Graphs.Operators.Add => AddAddition(node),
            Sigmoid or HardSigmoid or HardSwish or Gelu or Swish => AddActivation(node),
            Mul => AddProduct(node),
            Transpose => AddPixelNormalization(node),
            LayerNormalization => _passed.Contains(node.Outputs[0]),
            AveragePool pool => AddAveragePool(node, pool),
            Concat concat => AddConcat(node, concat),
            MaxPool pool => AddMaxPool(node, pool),
            GlobalAveragePool => AddGlobalPool(node),
            Gemm gemm => AddDense(node, gemm),
            _ => false,
        };
        if (!added)
            AddPlain(node, index);
        for (int i = first; i < Stages.Count; i++)
            Stages[i].Name = $"{node.Name} {Stages[i].GetType().Name} {_shapes[node.Inputs[0]]} → {_shapes[node.Outputs[0]]}";
    }

    private void AddPlain(Node node, int index)
    {
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        StepValue[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? default : Plain(i).ToStepValue())];
        StepValue[] outputs = [.. node.Outputs.Select(o => o.Length == 0 ? default : MakePlain(o, needsGradient).ToStepValue())];
        Stages.Add(new PlainStage(node, index, inputs, outputs, needsGradient, _options));
    }

    /// <summary>The value in N C H W, made from blocks when it is only there.</summary>
    public TrainingValue Plain(string name)
    {
        if (_plain.TryGetValue(name, out TrainingValue? value))
            return value;
        BlockedValue blocked = _blocked[name];
        value = MakePlain(name, blocked.NeedsGradient);
        Stages.Add(new ToPlainStage(Context, blocked, value));
        return value;
    }

    private bool NeedsGradient(string name) =>
        name.Length > 0 && (_plain.TryGetValue(name, out TrainingValue? plain) ? plain.NeedsGradient : _blocked[name].NeedsGradient);

    private TrainingValue MakePlain(string name, bool needsGradient)
    {
        int length = _shapes[name].ElementCount;
        TrainingValue value = new(name, _shapes[name], new float[length], needsGradient ? new float[length] : default);
        _plain[name] = value;
        if (needsGradient)
            Cleared.Add(value);
        return value;
    }

    private BlockedValue Blocked(string name)
    {
        if (_blocked.TryGetValue(name, out BlockedValue? value))
            return value;
        TrainingValue plain = _plain[name];
        value = MakeBlocked(name, plain.NeedsGradient);
        Stages.Add(new ToBlockedStage(Context, plain, value));
        return value;
    }

    private BlockedValue MakeBlocked(string name, bool needsGradient)
    {
        BlockedValue value = new(new BlockedShape(_shapes[name]), needsGradient);
        _blocked[name] = value;
        BlockedValues.Add(value);
        return value;
    }

    private Parameter? ParameterOf(Node node, int input) => input < node.Inputs.Count ? _parameters.GetValueOrDefault(node.Inputs[input]) : null;

    private bool AddConvolution(Node node, Conv conv)
    {
        TensorShape x = _shapes[node.Inputs[0]], w = _shapes[node.Inputs[1]];
        bool hasBias = node.Inputs.Count > 2 && node.Inputs[2].Length > 0;
        if (x.Rank != 4 || ParameterOf(node, 1) is not { } weight || (hasBias && ParameterOf(node, 2) is null))
            return false;
        bool depthwise = conv.Group > 1 && w[1] == 1 && w[0] == x[1];
        ConvolutionParts parts = new(conv.Group, w[1], w[0] / conv.Group);
        if (conv.Group > 1 && !depthwise && parts.Products > MaxProducts)
            return false;
        Parameter? bias = hasBias ? ParameterOf(node, 2) : null;
        Window window = conv.Fit(x, w);
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        if (depthwise)
        {
            BlockedValue input = Blocked(node.Inputs[0]);
            Stages.Add(new DepthwiseConvolution(Context, window, input, MakeBlocked(node.Outputs[0], needsGradient), weight, bias));
        }
        else if (x[1] < 16 && conv.Group == 1 && !_blocked.ContainsKey(node.Inputs[0]))
            Stages.Add(new FirstConvolution(Context, window, Plain(node.Inputs[0]), MakeBlocked(node.Outputs[0], needsGradient), weight, bias));
        else
        {
            BlockedValue input = Blocked(node.Inputs[0]);
            Stages.Add(new BlockedConvolution(Context, window, input, MakeBlocked(node.Outputs[0], needsGradient), weight, bias, parts));
        }
        return true;
    }

    /// <summary>The value that a node may fold itself into: blocked, unlimited, and read by no other node.</summary>
    private BlockedValue? Foldable(string name, bool normalized) =>
        _blocked.TryGetValue(name, out BlockedValue? value) && _readers[name] == 1 && !_plain.ContainsKey(name)
            && value.Map is not { IsLimited: true } && (normalized || value.Map is null) ? value : null;

    private bool FoldNormalization(Node node, BatchNormalization normalization)
    {
        Parameter?[] parameters = [ParameterOf(node, 1), ParameterOf(node, 2), ParameterOf(node, 3), ParameterOf(node, 4)];
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        if (parameters.Any(p => p is null) || NeedsGradient(node.Inputs[0]) != needsGradient
            || (Foldable(node.Inputs[0], false) ?? Copy(node.Inputs[0])) is not { } value)
            return false;
        Stages.Add(new NormalizationStage(Context, normalization, value, parameters!, _options.BatchNormalization == BatchNormalizationMode.Training));
        _blocked[node.Outputs[0]] = value;
        return true;
    }

    private bool FoldLimits(Node node, float low, float high)
    {
        if ((Foldable(node.Inputs[0], true) ?? Copy(node.Inputs[0])) is not { } value)
            return false;
        value.Map ??= new ValueMap(value.Shape);
        value.Map.IsLimited = true;
        value.Map.Low = low;
        value.Map.High = high;
        _blocked[node.Outputs[0]] = value;
        return true;
    }

    private bool AddAddition(Node node)
    {
        TensorShape shape = _shapes[node.Outputs[0]];
        if (shape.Rank != 4 || node.Inputs.Any(i => _shapes[i] != shape || !_blocked.ContainsKey(i)))
            return false;
        Stages.Add(new AdditionStage(Context, Blocked(node.Inputs[0]), Blocked(node.Inputs[1]), MakeBlocked(node.Outputs[0], node.Inputs.Any(NeedsGradient))));
        return true;
    }

    private bool AddMaxPool(Node node, MaxPool pool)
    {
        TensorShape shape = _shapes[node.Inputs[0]];
        if (shape.Rank != 4 || !_blocked.TryGetValue(node.Inputs[0], out BlockedValue? input))
            return false;
        Stages.Add(new MaxPoolStage(Context, pool.Fit(shape), input, MakeBlocked(node.Outputs[0], input.NeedsGradient)));
        return true;
    }

    /// <summary>A plain value and one number per channel, neither of which is trained.</summary>
    private bool AddChannelConstant(Node node)
    {
        TensorShape x = _shapes[node.Inputs[0]];
        if (x.Rank != 4 || !_plain.ContainsKey(node.Inputs[0]) || ParameterOf(node, 1) is not { Trainable: false } constant || NeedsGradient(node.Inputs[0]))
            return false;
        bool perChannel = constant.Shape == new TensorShape(1, x[1], 1, 1) || constant.Shape == new TensorShape(x[1], 1, 1);
        if (!perChannel || _shapes[node.Outputs[0]] != x)
            return false;
        Stages.Add(new ChannelConstantStage(Context.Workers, node.Operator.OpType, Plain(node.Inputs[0]), constant, MakePlain(node.Outputs[0], false)));
        return true;
    }

    private bool AddGlobalPool(Node node)
    {
        if (!_blocked.TryGetValue(node.Inputs[0], out BlockedValue? input))
            return false;
        Stages.Add(new GlobalPoolStage(Context, input, MakePlain(node.Outputs[0], input.NeedsGradient)));
        return true;
    }

    private bool AddDense(Node node, Gemm gemm)
    {
        bool hasBias = node.Inputs.Count > 2 && node.Inputs[2].Length > 0;
        TensorShape output = _shapes[node.Outputs[0]];
        if (gemm.TransA || gemm.Alpha != 1 || gemm.Beta != 1 || ParameterOf(node, 1) is not { } weight || (hasBias && ParameterOf(node, 2) is null)
            || !DenseStage.Fits(output, hasBias ? _shapes[node.Inputs[2]] : default))
            return false;
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        Stages.Add(new DenseStage(
            Context, Plain(node.Inputs[0]), MakePlain(node.Outputs[0], needsGradient), weight, hasBias ? ParameterOf(node, 2) : null, gemm.TransB));
        return true;
    }
}
