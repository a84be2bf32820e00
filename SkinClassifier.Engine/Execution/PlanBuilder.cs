using SkinClassifier.Execution.Fusion;
using SkinClassifier.Execution.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>Makes the steps of an inference plan from fused layers: chooses a layout for every value, converts where two meet, places all buffers.</summary>
internal sealed class PlanBuilder
{
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, TensorShape> _full, _rest;
    private readonly PackedWeights _store;
    private readonly KernelFamily _family;
    private readonly MicroBatchSizes _passes;
    private readonly int _threads;
    private readonly bool _strict;
    private readonly Dictionary<string, PlanBuffer> _plain = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BlockedTensor> _blocked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Border> _borders = new(StringComparer.Ordinal);
    private readonly List<PlanStep> _steps = [];
    private readonly HashSet<string> _crossing = new(StringComparer.Ordinal);
    private int _images;

    private PlanBuilder(Graph graph, MicroBatchSizes passes, PackedWeights store, KernelFamily family, bool strict, int threads)
    {
        (_strict, _threads) = (strict, threads);
        (_graph, _passes, _full, _rest, _images, _store, _family) = (graph, passes, passes.FullShapes, passes.RestShapes, passes.Full, store, family);
    }

    /// <summary>Builds the steps for passes of <paramref name="passes"/>.</summary>
    public static PlanNetwork Build(Graph graph, MicroBatchSizes passes, PackedWeights store, KernelFamily family, bool strict, int threads)
    {
        PlanBuilder builder = new(graph, passes, store, family, strict, threads);
        (IReadOnlyList<Layer> layers, string output) = passes.IsBatched
            ? LayerFusion.Run(graph, passes.FullShapes)
            : ([.. graph.Nodes.Select(n => new NodeLayer(n) { Output = n.Outputs[0] })], graph.Outputs[0]);
        return builder.Build(layers, output);
    }

    private PlanNetwork Build(IReadOnlyList<Layer> layers, string output)
    {
        string input = _graph.Inputs[0].Name;
        PlanBuffer inputBuffer = new(_full[input].ElementCount);
        _plain[input] = inputBuffer;
        bool copiesInput = layers.Any(l => l is NodeLayer or ReshapeLayer && l.Inputs.Contains(input));
        foreach (ConvolutionLayer layer in layers.OfType<ConvolutionLayer>())
            if (!layer.IsFirstConvolution)
                _borders[layer.Input] = _borders.GetValueOrDefault(layer.Input).With(BorderOf(layer.Window));
        int early = EarlyLayers(layers, output);
        _images = _passes.Early;
        foreach (Layer layer in layers.Take(early))
            Emit(layer);
        int earlySteps = _steps.Count;
        _images = _passes.Full;
        foreach (Layer layer in layers.Skip(early))
            Emit(layer);
        PlanBuffer outputBuffer = Plain(output);

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
        return new PlanNetwork([.. _steps], earlySteps, _passes.Early, crossing, inputBuffer, copiesInput, outputBuffer, arena);
    }

    /// <summary>How many of the first layers take fewer images at a time; notes the values that later layers read of them.</summary>
    private int EarlyLayers(IReadOnlyList<Layer> layers, string output)
    {
        if (!_passes.IsBatched || _passes.Early >= _passes.Full)
            return 0;
        long Size(string value) => _graph.Parameters.ContainsKey(value) || value.Length == 0 ? 0 : _full[value].ElementCount / _passes.Full;
        int count = layers.Count;
        while (count > 0 && layers[count - 1].Inputs.Append(layers[count - 1].Output).Sum(Size) <= _passes.LargeActivation)
            count--;
        if (layers.Take(count).Any(l => l is NodeLayer or DenseLayer or ReshapeLayer or SoftmaxLayer))
            return 0;
        HashSet<string> later = new(layers.Skip(count).SelectMany(l => l.Inputs), StringComparer.Ordinal) { output };
        if (later.Contains(_graph.Inputs[0].Name))
            return 0;
        _crossing.UnionWith(layers.Take(count).Select(l => l.Output).Where(later.Contains));
        return count;
    }

    private static Border BorderOf(Window w) => new(
        w.PadTop,
        w.PadLeft,
        Math.Max(0, (w.OutH - 1) * w.StrideH + (w.KernelH - 1) * w.DilationH + 1 - w.PadTop - w.InH),
        Math.Max(0, (w.OutW - 1) * w.StrideW + (w.KernelW - 1) * w.DilationW + 1 - w.PadLeft - w.InW));

    private void Emit(Layer layer)
    {
        switch (layer)
        {
            case ConvolutionLayer conv:
                Convolution(conv);
                break;
            case AffineLayer affine:
                Add(new AffineStep(Blocked(affine.Input), NewBlocked(affine.Output), Channels(affine.Output + "|scale", affine.Scale),
                    Channels(affine.Output + "|shift", affine.Shift), affine.Activation, _family));
                break;
            case ChannelNormalizationLayer norm:
                Add(new ChannelNormalizationStep(Blocked(norm.Input), NewBlocked(norm.Output), Channels(norm.Output + "|scale", norm.Scale),
                    Channels(norm.Output + "|shift", norm.Shift), norm.Epsilon, _family));
                break;
            case PoolingLayer pool:
                Add(new PoolingStep(Blocked(pool.Input), NewBlocked(pool.Output), pool.Window, pool.IsMax, pool.CountIncludePad, pool.Activation, _family));
                break;
            case GlobalPoolingLayer pool:
                Add(new GlobalPoolingStep(Blocked(pool.Input), NewBlocked(pool.Output), pool.IsMax, pool.Activation, _family));
                break;
            case CombineLayer combine:
                Add(new CombineStep(Blocked(combine.Left), Blocked(combine.Right), NewBlocked(combine.Output), combine.IsProduct, combine.PerChannel,
                    combine.Activation, _family));
                break;
            case ActivationLayer activation:
                Add(new ActivationStep(Blocked(activation.Input), NewBlocked(activation.Output), activation.Activation, _family));
                break;
            case ConcatLayer concat:
                Add(new ConcatStep([.. concat.Parts.Select(Blocked)], NewBlocked(concat.Output), concat.Activation, _family));
                break;
            case DenseLayer dense:
                Add(new DenseStep(dense, Plain(dense.Input), NewPlain(dense.Output), _images, _store, _family));
                break;
            case SoftmaxLayer softmax:
                TensorShape shape = _full[softmax.Input];
                int length = shape[shape.Rank - 1];
                Add(new SoftmaxStep(Plain(softmax.Input), NewPlain(softmax.Output), length == 0 ? 0 : shape.ElementCount / length / _images, length));
                break;
            case ColorConstancyLayer constancy:
                TensorShape image = _full[constancy.Input];
                Add(new ColorConstancyStep(constancy, Plain(constancy.Input), NewPlain(constancy.Output), image[1], image[2] * image[3]));
                break;
            case ReshapeLayer reshape:
                _plain[reshape.Output] = Plain(reshape.Input);
                break;
            case NodeLayer node:
                Node(node.Node);
                break;
            default:
                throw new InvalidOperationException($"Layer {layer.GetType().Name} has no step.");
        }
    }

    private void Add(PlanStep step) => _steps.Add(step);

    private void Convolution(ConvolutionLayer layer)
    {
        BlockedTensor? residual = layer.Residual is null ? null : Blocked(layer.Residual);
        if (layer.IsFirstConvolution)
        {
            PaddedPlanes planes = new(_images, layer.Weights.Shape[1], layer.Window);
            Add(new PadPlanesStep(Plain(layer.Input), planes, layer.InputAffine));
            Add(new FirstConvolutionStep(layer, planes, NewBlocked(layer.Output), residual, _store, _family));
            return;
        }
        BlockedTensor x = Blocked(layer.Input), y = NewBlocked(layer.Output);
        Add(layer.IsDepthwise
            ? new DepthwiseStep(layer, x, y, residual, _store, _family)
            : !_strict && WinogradStep.BestEdge(layer, _images) is > 0 and int edge
            ? new WinogradStep(layer, x, y, residual, edge, _images, _threads, _store, _family)
            : new ConvolutionStep(layer, x, y, residual, _store, _family));
    }

    private void Node(Node node)
    {
        NodeValue[] inputs = [.. node.Inputs.Select(i =>
            i.Length == 0 ? new NodeValue(null, null, default, default)
            : _graph.Parameters.TryGetValue(i, out Tensor? parameter) ? new NodeValue(parameter, null, default, default)
            : new NodeValue(null, Plain(i), _full[i], _rest[i]))];
        NodeValue[] outputs =
            [.. node.Outputs.Select(o => o.Length == 0 ? new NodeValue(null, null, default, default) : new NodeValue(null, NewPlain(o), _full[o], _rest[o]))];
        Add(new NodeStep(node, inputs, outputs, _images));
    }

    private PinnedFloats Channels(string key, float[] values) => ConvolutionWeights.PerChannel(_store, key, values);

    private PlanBuffer NewPlain(string value) => _plain[value] = new PlanBuffer(_full[value].ElementCount);

    private BlockedTensor NewBlocked(string value)
    {
        TensorShape shape = _full[value];
        return _blocked[value] =
            new BlockedTensor(_crossing.Contains(value) ? _passes.Full : _images, shape[1], shape[2], shape[3], _borders.GetValueOrDefault(value));
    }

    /// <summary>The value as N C H W, converted when it is only there in blocks.</summary>
    private PlanBuffer Plain(string value)
    {
        if (_plain.TryGetValue(value, out PlanBuffer? plain))
            return plain;
        if (_graph.Parameters.TryGetValue(value, out Tensor? parameter))
        {
            PinnedFloats copy = new(parameter.Values.Length);
            parameter.Memory.CopyTo(copy.Memory);
            plain = new PlanBuffer(copy.Length);
            plain.Fix(copy);
            return _plain[value] = plain;
        }
        BlockedTensor from = _blocked[value];
        Add(new ToPlainStep(from, NewPlain(value)));
        return _plain[value];
    }

    /// <summary>The value in blocks of 16 channels, converted when it is only there as N C H W.</summary>
    private BlockedTensor Blocked(string value)
    {
        if (_blocked.TryGetValue(value, out BlockedTensor? blocked))
            return blocked;
        PlanBuffer from = Plain(value);
        Add(new ToBlockedStep(from, NewBlocked(value), _family));
        return _blocked[value];
    }
}
