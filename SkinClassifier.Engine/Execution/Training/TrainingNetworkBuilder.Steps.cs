using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training;

/// <content>Which node has a step on kernels. A method that returns false has added nothing.</content>
internal sealed partial class TrainingNetworkBuilder
{
    /// <summary>A convolution whose matrix would be nearly empty is faster on plain loops.</summary>
    private const double MaxProducts = 16;

    private bool AddFast(FusedNode node) => node switch
    {
        FusedActivation activation => AddActivation(activation),
        FusedPixelNormalization normalization => AddPixelNormalization(normalization),
        FusedCombination combination => AddCombination(combination),
        FusedPooling pooling => AddPooling(pooling),
        FusedGlobalPooling { IsMax: false } pooling => AddGlobalPooling(pooling),
        FusedConcat concat => AddConcat(concat),
        SingleNode single => single.Node.Operator switch
        {
            Conv conv => AddConvolution(single.Node, conv),
            BatchNormalization normalization => FoldNormalization(single.Node, normalization),
            Graphs.Operators.Add or Sub or Mul or Div when AddChannelConstant(single.Node) => true,
            Mul => AddChannelScale(single.Node),
            Gemm gemm => AddDense(single.Node, gemm),
            _ => false,
        },
        _ => false,
    };

    private bool AddActivation(FusedActivation node)
    {
        Activation activation = node.Activation;
        if (activation.Kind == ActivationKind.Clip)
            return activation.A < activation.B && FoldLimits(node, activation.A, activation.B);
        if (activation.Kind == ActivationKind.LeakyRelu || !_blocked.TryGetValue(node.Input, out BlockedValue? x))
            return false;
        Steps.Add(new ActivationTrainingStep(Context, activation, x, MakeBlocked(node.Output, x.NeedsGradient)));
        return true;
    }

    private bool FoldLimits(FusedActivation node, float low, float high)
    {
        if ((Foldable(node.Input, true) ?? Copy(node.Input)) is not { } value)
            return false;
        value.Map ??= new ValueMap(value.Stored);
        value.Map.IsLimited = true;
        value.Map.Low = low;
        value.Map.High = high;
        _blocked[node.Output] = value;
        return true;
    }

    private bool FoldNormalization(Node node, BatchNormalization normalization)
    {
        Parameter?[] parameters = [ParameterOf(node, 1), ParameterOf(node, 2), ParameterOf(node, 3), ParameterOf(node, 4)];
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        if (parameters.Any(p => p is null) || NeedsGradient(node.Inputs[0]) != needsGradient
            || (Foldable(node.Inputs[0], false) ?? Copy(node.Inputs[0])) is not { } value)
            return false;
        Steps.Add(new NormalizationTrainingStep(
            Context, normalization, value, parameters!, _options.UsesBatchStatistics(node)));
        _blocked[node.Outputs[0]] = value;
        return true;
    }

    private bool AddPixelNormalization(FusedPixelNormalization node)
    {
        if (!_blocked.TryGetValue(node.Input, out BlockedValue? x))
            return false;
        Parameter scale = _parameters[node.Scale];
        Parameter? shift = node.Shift is null ? null : _parameters[node.Shift];
        bool needsGradient = x.NeedsGradient || scale.Trainable || shift is { Trainable: true };
        Steps.Add(new PixelNormalizationTrainingStep(Context, x, MakeBlocked(node.Output, needsGradient), scale, shift, node.Epsilon));
        return true;
    }

    private bool AddConvolution(Node node, Conv conv)
    {
        TensorShape x = _graph.Shape(node.Inputs[0]), w = _graph.Shape(node.Inputs[1]);
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
        if (x[1] < 16 && conv.Group == 1 && !_blocked.ContainsKey(node.Inputs[0]))
        {
            NchwValue planes = Nchw(node.Inputs[0]);
            Steps.Add(new FirstConvolutionTrainingStep(Context, window, planes, MakeBlocked(node.Outputs[0], needsGradient), weight, bias));
            return true;
        }
        BlockedValue input = Blocked(node.Inputs[0]), output = MakeBlocked(node.Outputs[0], needsGradient);
        Steps.Add(depthwise
            ? new DepthwiseTrainingStep(Context, window, input, output, weight, bias)
            : new BlockedConvolutionTrainingStep(Context, window, input, output, weight, bias, parts));
        return true;
    }

    private bool AddCombination(FusedCombination node)
    {
        if (!_blocked.TryGetValue(node.Left, out BlockedValue? a) || !_blocked.TryGetValue(node.Right, out BlockedValue? b))
            return false;
        BlockedValue y = MakeBlocked(node.Output, a.NeedsGradient || b.NeedsGradient);
        Steps.Add(!node.IsProduct ? new AdditionTrainingStep(Context, a, b, y)
            : node.PerChannel ? new ChannelProductTrainingStep(Context, a, b, y)
            : new ProductTrainingStep(Context, a, b, y));
        return true;
    }

    private bool AddPooling(FusedPooling node)
    {
        if (!_blocked.TryGetValue(node.Input, out BlockedValue? x))
            return false;
        BlockedValue y = MakeBlocked(node.Output, x.NeedsGradient);
        Steps.Add(node.IsMax
            ? new MaxPoolTrainingStep(Context, node.Window, x, y) : new AveragePoolTrainingStep(Context, node.Window, node.CountIncludePad, x, y));
        return true;
    }

    private bool AddGlobalPooling(FusedGlobalPooling node)
    {
        if (!_blocked.TryGetValue(node.Input, out BlockedValue? x))
            return false;
        Steps.Add(new GlobalPoolTrainingStep(Context, x, MakeNchw(node.Output, x.NeedsGradient)));
        return true;
    }

    private bool AddConcat(FusedConcat node)
    {
        if (!node.Joined.All(_blocked.ContainsKey))
            return false;
        BlockedValue[] parts = [.. node.Joined.Select(Blocked)];
        if (parts.Distinct().Count() < parts.Length)
            return false;
        Steps.Add(new ConcatTrainingStep(Context, parts, MakeBlocked(node.Output, parts.Any(p => p.NeedsGradient))));
        return true;
    }

    /// <summary>A value in NCHW and one number per channel, neither of which is trained.</summary>
    private bool AddChannelConstant(Node node)
    {
        if (!_nchw.ContainsKey(node.Inputs[0]) || NeedsGradient(node.Inputs[0]) || PerChannel(node) is not { Trainable: false } constant)
            return false;
        Steps.Add(new ChannelConstantTrainingStep(Context.Workers, node.Operator.OpType, Nchw(node.Inputs[0]), constant, MakeNchw(node.Outputs[0], false)));
        return true;
    }

    /// <summary>A blocked value and one trained factor per channel.</summary>
    private bool AddChannelScale(Node node)
    {
        if (!_blocked.ContainsKey(node.Inputs[0]) || PerChannel(node) is not { } scale)
            return false;
        Steps.Add(new ChannelScaleTrainingStep(Context, Blocked(node.Inputs[0]), MakeBlocked(node.Outputs[0], node.Inputs.Any(NeedsGradient)), scale));
        return true;
    }

    /// <summary>The second operand where it is a parameter with one number for each channel of the first, an image.</summary>
    private Parameter? PerChannel(Node node)
    {
        TensorShape x = _graph.Shape(node.Inputs[0]);
        return x.Rank == 4 && x == _graph.Shape(node.Outputs[0]) && ParameterOf(node, 1) is { } constant
            && (constant.Shape == new TensorShape(x[1], 1, 1) || constant.Shape == new TensorShape(1, x[1], 1, 1)) ? constant : null;
    }

    private bool AddDense(Node node, Gemm gemm)
    {
        bool hasBias = node.Inputs.Count > 2 && node.Inputs[2].Length > 0;
        if (gemm.TransA || gemm.Alpha != 1 || gemm.Beta != 1 || ParameterOf(node, 1) is not { } weight || (hasBias && ParameterOf(node, 2) is null)
            || !DenseTrainingStep.Fits(_graph.Shape(node.Outputs[0]), hasBias ? _graph.Shape(node.Inputs[2]) : default))
            return false;
        bool needsGradient = node.Inputs.Any(NeedsGradient);
        Steps.Add(new DenseTrainingStep(
            Context, Nchw(node.Inputs[0]), MakeNchw(node.Outputs[0], needsGradient), weight, hasBias ? ParameterOf(node, 2) : null, gemm.TransB));
        return true;
    }
}
