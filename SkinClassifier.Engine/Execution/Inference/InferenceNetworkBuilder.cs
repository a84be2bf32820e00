using SkinClassifier.Execution.Inference.Steps;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Inference;

/// <summary>Makes the steps of an inference plan from a rewritten graph: chooses each value's layout, converts where two meet, places all buffers.</summary>
internal sealed class InferenceNetworkBuilder
{
    private readonly RewrittenGraph _graph;
    private readonly IReadOnlyDictionary<string, TensorShape> _rest;
    private readonly PackedWeights _store;
    private readonly KernelFamily _family;
    private readonly MicroBatchSizes _passes;
    private readonly int _threads;
    private readonly bool _strict;
    private readonly Dictionary<string, PlanBuffer> _nchw = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BlockedTensor> _blocked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Border> _borders = new(StringComparer.Ordinal);
    private readonly List<InferenceStep> _steps = [];
    private readonly HashSet<string> _crossing = new(StringComparer.Ordinal);
    private readonly WeightRelease? _release;
    private int _images;

    private InferenceNetworkBuilder(RewrittenGraph graph, MicroBatchSizes passes, PackedWeights store, KernelFamily family, bool strict, int threads)
    {
        (_strict, _threads) = (strict, threads);
        (_graph, _passes, _rest, _images, _store, _family) = (graph, passes, passes.RestShapes, passes.Full, store, family);
        _release = store.Releases ? new WeightRelease(graph.Source) : null;
    }

    /// <summary>Builds the steps for passes of <paramref name="passes"/>; only nodes of graphs that keep images apart are rewritten.</summary>
    public static InferenceNetwork Build(Graph graph, MicroBatchSizes passes, PackedWeights store, KernelFamily family, bool strict, int threads) =>
        new InferenceNetworkBuilder(
            new RewrittenGraph(graph, passes.FullShapes, passes.IsBatched ? GraphRewrites.Inference : []), passes, store, family, strict, threads)
            .Build(graph.Inputs[0].Name);

    private InferenceNetwork Build(string input)
    {
        IReadOnlyList<FusedNode> nodes = _graph.Nodes;
        PlanBuffer inputBuffer = new(_graph.Shape(input).ElementCount);
        _nchw[input] = inputBuffer;
        bool copiesInput = nodes.Any(n => n is SingleNode or FusedReshape && n.Inputs.Contains(input));
        foreach (FusedConvolution convolution in nodes.OfType<FusedConvolution>())
            if (!convolution.IsFirstConvolution)
                _borders[convolution.Input] = _borders.GetValueOrDefault(convolution.Input).With(BorderOf(convolution.Window));
        int early = EarlyNodes(input);
        _images = _passes.Early;
        foreach (FusedNode node in nodes.Take(early))
            Emit(node);
        int earlySteps = _steps.Count;
        _images = _passes.Full;
        foreach (FusedNode node in nodes.Skip(early))
            Emit(node);
        PlanBuffer outputBuffer = Nchw(_graph.Output);
        _release?.Collect();

        (PlanBuffer Buffer, nint PerImage)[] crossing = [.. _crossing.Select(v => (_blocked[v].Buffer, _blocked[v].Image))];
        foreach ((PlanBuffer buffer, _) in crossing)
            buffer.Use(0); // the early steps run again while it fills up
        for (int i = 0; i < _steps.Count; i++)
            foreach (PlanBuffer buffer in _steps[i].Buffers)
                buffer.Use(i);
        if (copiesInput)
            inputBuffer.Use(0);
        outputBuffer.Use(_steps.Count);
        PlanBuffer[] placed =
            [.. _steps.SelectMany(s => s.Buffers).Append(outputBuffer).Distinct().Where(b => (b != inputBuffer || copiesInput) && !b.IsFixed)];
        MemoryPlan memory = MemoryPlan.Place([.. placed.Select(b => new BufferLifetime(b.Length, b == inputBuffer ? 0 : b.First, b.Last))]);
        PinnedFloats arena = new(memory.Length);
        for (int i = 0; i < placed.Length; i++)
            placed[i].Place(arena, memory.Offsets[i]);
        return new InferenceNetwork([.. _steps], earlySteps, _passes.Early, crossing, inputBuffer, copiesInput, outputBuffer, arena);
    }

    /// <summary>How many of the first nodes take fewer images at a time; notes the values that later nodes read of them.</summary>
    private int EarlyNodes(string input)
    {
        if (!_passes.IsBatched || _passes.Early >= _passes.Full)
            return 0;
        IReadOnlyList<FusedNode> nodes = _graph.Nodes;
        long Size(string value) => _graph.IsParameter(value) || value.Length == 0 ? 0 : _graph.Shape(value).ElementCount / _passes.Full;
        int count = nodes.Count;
        while (count > 0 && nodes[count - 1].Inputs.Append(nodes[count - 1].Output).Sum(Size) <= _passes.LargeActivation)
            count--;
        if (nodes.Take(count).Any(n => n is SingleNode or FusedDense or FusedReshape or FusedSoftmax))
            return 0;
        HashSet<string> later = new(nodes.Skip(count).SelectMany(n => n.Inputs), StringComparer.Ordinal) { _graph.Output };
        if (later.Contains(input))
            return 0;
        _crossing.UnionWith(nodes.Take(count).Select(n => n.Output).Where(later.Contains));
        return count;
    }

    private static Border BorderOf(Window w) => new(
        w.PadTop,
        w.PadLeft,
        Math.Max(0, (w.OutH - 1) * w.StrideH + (w.KernelH - 1) * w.DilationH + 1 - w.PadTop - w.InH),
        Math.Max(0, (w.OutW - 1) * w.StrideW + (w.KernelW - 1) * w.DilationW + 1 - w.PadLeft - w.InW));

    private void Emit(FusedNode node)
    {
        switch (node)
        {
            case FusedConvolution convolution:
                Convolution(convolution);
                break;
            case FusedAffine affine:
                Add(new AffineStep(Blocked(affine.Input), NewBlocked(affine.Output), Channels(affine.Output + "|scale", affine.Scale),
                    Channels(affine.Output + "|shift", affine.Shift), affine.Activation, _family));
                break;
            case FusedPixelNormalization normalization:
                float[] scale = _graph.Parameter(normalization.Scale)!.Values.ToArray();
                float[] shift = normalization.Shift is null ? new float[scale.Length] : _graph.Parameter(normalization.Shift)!.Values.ToArray();
                Add(new PixelNormalizationStep(Blocked(normalization.Input), NewBlocked(normalization.Output),
                    Channels(normalization.Output + "|scale", scale), Channels(normalization.Output + "|shift", shift), normalization.Epsilon, _family));
                break;
            case FusedPooling pool:
                Add(new PoolingStep(Blocked(pool.Input), NewBlocked(pool.Output), pool.Window, pool.IsMax, pool.CountIncludePad, pool.Activation, _family));
                break;
            case FusedGlobalPooling pool:
                Add(new GlobalPoolingStep(Blocked(pool.Input), NewBlocked(pool.Output), pool.IsMax, pool.Activation, _family));
                break;
            case FusedCombination combination:
                Add(new CombinationStep(Blocked(combination.Left), Blocked(combination.Right), NewBlocked(combination.Output), combination.IsProduct,
                    combination.PerChannel, combination.Activation, _family));
                break;
            case FusedActivation activation:
                Add(new ActivationStep(Blocked(activation.Input), NewBlocked(activation.Output), activation.Activation, _family));
                break;
            case FusedConcat concat:
                Add(new ConcatStep([.. concat.Joined.Select(Blocked)], NewBlocked(concat.Output), concat.Activation, _family));
                break;
            case FusedDense dense:
                Add(new DenseStep(dense, Nchw(dense.Input), NewNchw(dense.Output), _images, _store, _family));
                _release?.Packed(dense.Weights);
                break;
            case FusedSoftmax softmax:
                TensorShape shape = _graph.Shape(softmax.Input);
                int length = shape[shape.Rank - 1];
                Add(new SoftmaxStep(Nchw(softmax.Input), NewNchw(softmax.Output), length == 0 ? 0 : shape.ElementCount / length / _images, length));
                break;
            case FusedColorConstancy constancy:
                TensorShape image = _graph.Shape(constancy.Input);
                Add(new ColorConstancyStep(constancy, Nchw(constancy.Input), NewNchw(constancy.Output), image[1], image[2] * image[3]));
                break;
            case FusedReshape reshape:
                _nchw[reshape.Output] = Nchw(reshape.Input);
                break;
            case SingleNode single:
                Single(single.Node);
                break;
            default:
                throw new InvalidOperationException($"Node {node.GetType().Name} has no step.");
        }
    }

    private void Add(InferenceStep step) => _steps.Add(step);

    private void Convolution(FusedConvolution node)
    {
        BlockedTensor? residual = node.Residual is null ? null : Blocked(node.Residual);
        if (node.IsFirstConvolution)
        {
            PaddedPlanes planes = new(_images, node.Weights.Shape[1], node.Window);
            Add(new PadPlanesStep(Nchw(node.Input), planes, node.InputAffine));
            Add(new FirstConvolutionStep(node, planes, NewBlocked(node.Output), residual, _store, _family));
            _release?.Packed(node.Weights);
            return;
        }
        BlockedTensor x = Blocked(node.Input), y = NewBlocked(node.Output);
        Add(node.IsDepthwise
            ? new DepthwiseStep(node, x, y, residual, _store, _family)
            : !_strict && WinogradStep.BestEdge(node, _store.Releases ? 1 : _images) is > 0 and int edge
            ? new WinogradStep(node, x, y, residual, edge, _images, _threads, _store, _family)
            : new ConvolutionStep(node, x, y, residual, _store, _family));
        _release?.Packed(node.Weights);
    }

    private void Single(Node node)
    {
        NodeValue[] inputs = [.. node.Inputs.Select(i => Value(i, Nchw))], outputs = [.. node.Outputs.Select(o => Value(o, NewNchw))];
        Add(new NodeStep(node, inputs, outputs, _images));

        NodeValue Value(string name, Func<string, PlanBuffer> buffer) =>
            name.Length == 0 ? new NodeValue(null, null, default, default)
            : _graph.Parameter(name) is { } parameter ? new NodeValue(parameter, null, default, default)
            : new NodeValue(null, buffer(name), _graph.Shape(name), _rest[name]);
    }

    private PinnedFloats Channels(string key, float[] values) => ConvolutionWeights.PerChannel(_store, key, values);

    private PlanBuffer NewNchw(string value) => _nchw[value] = new PlanBuffer(_graph.Shape(value).ElementCount);

    private BlockedTensor NewBlocked(string value)
    {
        TensorShape shape = _graph.Shape(value);
        return _blocked[value] =
            new BlockedTensor(_crossing.Contains(value) ? _passes.Full : _images, shape[1], shape[2], shape[3], _borders.GetValueOrDefault(value));
    }

    /// <summary>The value in NCHW, converted when it is only there in blocks.</summary>
    private PlanBuffer Nchw(string value)
    {
        if (_nchw.TryGetValue(value, out PlanBuffer? buffer))
            return buffer;
        if (_graph.Parameter(value) is { } parameter)
        {
            PinnedFloats copy = new(parameter.Values.Length);
            parameter.Memory.CopyTo(copy.Memory);
            buffer = new PlanBuffer(copy.Length);
            buffer.Fix(copy);
            return _nchw[value] = buffer;
        }
        BlockedTensor from = _blocked[value];
        Add(new ToNchwStep(from, NewNchw(value)));
        return _nchw[value];
    }

    /// <summary>The value in blocks of 16 channels, converted when it is only there in NCHW.</summary>
    private BlockedTensor Blocked(string value)
    {
        if (_blocked.TryGetValue(value, out BlockedTensor? blocked))
            return blocked;
        PlanBuffer from = Nchw(value);
        Add(new ToBlockedStep(from, NewBlocked(value), _family));
        return _blocked[value];
    }
}
