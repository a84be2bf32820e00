using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>Products of rows and a constant matrix.</summary>
internal static class DenseRewrites
{
    public static bool FromGemm(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not Gemm { TransA: false } gemm || graph.Parameter(node.Inputs[1]) is not { } weights)
            return false;
        string input = graph.Resolve(node.Inputs[0]);
        if (graph.IsParameter(input))
            return false;
        float[] bias = new float[graph.Shape(node.Outputs[0])[1]];
        string biasName = node.Inputs.Count > 2 ? node.Inputs[2] : "";
        if (biasName.Length > 0)
        {
            if (graph.Parameter(biasName) is not { } given || AffineRewrites.PerChannel(given, graph.Shape(node.Outputs[0])) is not { } values)
                return false;
            bias = [.. values.Select(v => v * gemm.Beta)];
        }
        return graph.Append(new FusedDense
        {
            Output = node.Outputs[0],
            Input = input,
            Weights = weights,
            KByM = !gemm.TransB,
            Alpha = gemm.Alpha,
            Bias = bias,
            Key = $"{node.Inputs[1]}|{biasName}|{node.Name}|gemm",
        });
    }

    public static bool FromMatMul(RewrittenGraph graph, Node node)
    {
        return node.Operator is MatMul && graph.Resolve(node.Inputs[0]) is var input && graph.Shape(input).Rank == 2 && !graph.IsParameter(input)
            && graph.Parameter(node.Inputs[1]) is { Shape.Rank: 2 } weights && graph.Append(new FusedDense
            {
                Output = node.Outputs[0],
                Input = input,
                Weights = weights,
                KByM = true,
                Bias = new float[weights.Shape[1]],
                Key = $"{node.Inputs[1]}|matmul",
            });
    }

    /// <summary>Add of one number for each column, behind the product.</summary>
    public static bool Bias(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not Add || AffineRewrites.ConstantOf(graph, node) is not var (x, values, _) || graph.Shape(x).Rank != 2
            || !graph.UsedOnce(x) || graph.Maker<FusedDense>(x) is not { Activation.IsNone: true } dense)
            return false;
        dense.Bias = [.. dense.Bias.Zip(values, (a, b) => a + b)];
        dense.Key += "|" + node.Outputs[0];
        return graph.Extend(dense, node.Outputs[0]);
    }
}
