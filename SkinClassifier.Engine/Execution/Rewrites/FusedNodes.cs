using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>One or more nodes of a graph that run as one step; inputs and the output are value names of the graph.</summary>
internal abstract class FusedNode
{
    /// <summary>The value that it makes.</summary>
    public required string Output { get; set; }

    /// <summary>The nodes of the graph in running order, where a plan may have to run them one by one; empty where it need not.</summary>
    public IReadOnlyList<Node> Parts { get; init; } = [];

    /// <summary>What is applied to the output last.</summary>
    public Activation Activation { get; set; }

    /// <summary>Whether <see cref="Activation"/> may be set.</summary>
    public virtual bool TakesActivation => true;

    /// <summary>The values that it reads.</summary>
    public abstract IEnumerable<string> Inputs { get; }
}

/// <summary>A fused node that reads one value.</summary>
internal abstract class FusedUnary : FusedNode
{
    /// <summary>The value that it reads.</summary>
    public required string Input { get; init; }

    public override IEnumerable<string> Inputs => [Input];
}

/// <summary>
/// Conv with what follows it: y = activation(conv(x · inputScale + inputShift) · scale + bias + residual); padding is zero after the input's scale.
/// </summary>
internal sealed class FusedConvolution : FusedNode
{
    public required string Input { get; set; }

    public required Tensor Weights { get; init; }

    /// <summary>Name of the weights and of everything folded into them: equal keys mean equal packed weights.</summary>
    public required string Key { get; set; }

    public required int Group { get; init; }

    public required Window Window { get; set; }

    /// <summary>Factor for each output channel; null means 1.</summary>
    public float[]? Scale { get; set; }

    /// <summary>Added to each output channel.</summary>
    public required float[] Bias { get; set; }

    /// <summary>Factor and offset for each input channel, for NCHW input only.</summary>
    public (float[] Scale, float[] Shift)? InputAffine { get; set; }

    /// <summary>A value of the output's shape that is added before the activation.</summary>
    public string? Residual { get; set; }

    /// <summary>Few input channels: read in planes, not in blocks of 16.</summary>
    public bool IsFirstConvolution => Group == 1 && Weights.Shape[1] <= 4;

    /// <summary>One input channel per output channel.</summary>
    public bool IsDepthwise => Group > 1 && Weights.Shape[1] == 1 && Weights.Shape[0] == Group;

    public override IEnumerable<string> Inputs => Residual is null ? [Input] : [Input, Residual];
}

/// <summary>y = activation(x · scale + shift), one factor and offset per channel: BatchNormalization standing alone, input normalization.</summary>
internal sealed class FusedAffine : FusedUnary
{
    public required float[] Scale { get; set; }

    public required float[] Shift { get; set; }
}

/// <summary>LayerNormalization over the channels of every pixel.</summary>
internal sealed class FusedPixelNormalization : FusedUnary
{
    /// <summary>The parameter with a factor for each channel.</summary>
    public required string Scale { get; init; }

    /// <summary>The parameter with a summand for each channel, or null.</summary>
    public required string? Shift { get; init; }

    public required float Epsilon { get; init; }

    public override bool TakesActivation => false;
}

/// <summary>MaxPool or AveragePool.</summary>
internal sealed class FusedPooling : FusedUnary
{
    public required Window Window { get; init; }

    public required bool IsMax { get; init; }

    public bool CountIncludePad { get; init; }
}

/// <summary>GlobalAveragePool, ReduceMean over rows and columns, or GlobalMaxPool.</summary>
internal sealed class FusedGlobalPooling : FusedUnary
{
    public required bool IsMax { get; init; }
}

/// <summary>Sum or product of two values of one shape, or of an image and one factor per channel ([N,C,1,1]).</summary>
internal sealed class FusedCombination : FusedNode
{
    public required string Left { get; init; }

    public required string Right { get; init; }

    public required bool IsProduct { get; init; }

    /// <summary>Right is [N,C,1,1].</summary>
    public required bool PerChannel { get; init; }

    public override IEnumerable<string> Inputs => [Left, Right];
}

/// <summary>An activation as a step of its own.</summary>
internal sealed class FusedActivation : FusedUnary;

/// <summary>Images one behind the other along the channels.</summary>
internal sealed class FusedConcat : FusedNode
{
    public required IReadOnlyList<string> Joined { get; init; }

    public override IEnumerable<string> Inputs => Joined;
}

/// <summary>Gemm or MatMul with constant weights: y[n,m] = activation(Σ x[n,k] · w[m,k] · scale[m] + bias[m]).</summary>
internal sealed class FusedDense : FusedUnary
{
    public required Tensor Weights { get; init; }

    public required string Key { get; set; }

    /// <summary>Whether the weights are [K,M] instead of [M,K].</summary>
    public required bool KByM { get; init; }

    /// <summary>Factor of all products.</summary>
    public float Alpha { get; init; } = 1;

    public required float[] Bias { get; set; }
}

/// <summary>The same elements under another shape: no work, the same memory.</summary>
internal sealed class FusedReshape : FusedUnary
{
    public override bool TakesActivation => false;
}

/// <summary>Softmax over the last axis.</summary>
internal sealed class FusedSoftmax : FusedUnary
{
    public override bool TakesActivation => false;
}

/// <summary>A node as it stands in the graph.</summary>
internal sealed class SingleNode : FusedNode
{
    public Node Node => Parts[0];

    public override bool TakesActivation => false;

    public override IEnumerable<string> Inputs => Node.Inputs.Where(i => i.Length > 0);
}
