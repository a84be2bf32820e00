using SkinClassifier.Graphs;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Which rewrites a plan uses, in the order in which they are tried. To add one: a file beside this one, a line below, its test.</summary>
internal static class GraphRewrites
{
    /// <summary>Training: what computes the same while parameters change.</summary>
    public static IReadOnlyList<GraphRewrite> Training { get; } =
    [
        Of(ActivationRewrites.Gate),
        Of(ActivationRewrites.Function),
        Of(PixelNormalizationRewrite.Rewrite),
        Of(CombinationRewrites.Combine),
        Of(PoolingRewrites.UnderWindow),
        Of(PoolingRewrites.OfPlanes),
        Of(ShapeRewrites.Concatenation),
    ];

    /// <summary>Prediction: all of them; parameters are constants, and a node may take what follows it as its last part.</summary>
    public static IReadOnlyList<GraphRewrite> Inference { get; } =
    [
        FusedColorConstancy.Rewrite,
        Of(ShapeRewrites.Remove),
        Of(ConvolutionRewrite.Rewrite),
        Of(AffineRewrites.Normalization),
        Of(AffineRewrites.Arithmetic),
        Of(DenseRewrites.Bias),
        Of(CombinationRewrites.Residual),
        Of(ActivationRewrites.Fold),
        Of(ActivationRewrites.HardGate),
        .. Training,
        Of(CombinationRewrites.SumOfTwo),
        Of(PoolingRewrites.Mean),
        Of(DenseRewrites.FromGemm),
        Of(DenseRewrites.FromMatMul),
        Of(ShapeRewrites.Reshaping),
        Of(ShapeRewrites.SoftmaxOfRows),
    ];

    private static GraphRewrite Of(Func<RewrittenGraph, Node, bool> rewrite) => (graph, nodes) => rewrite(graph, nodes[0]) ? 1 : 0;
}
