using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>
/// Conv with constant weights; constant zero Pad in front of it becomes its padding, normalization of the input becomes part of the first convolution.
/// </summary>
internal static class ConvolutionRewrite
{
    public static bool Rewrite(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not Conv conv || graph.Parameter(node.Inputs[1]) is not { } weights)
            return false;
        string input = graph.Resolve(node.Inputs[0]);
        if (graph.Shape(input).Rank != 4)
            return false;
        float[] bias = new float[weights.Shape[0]];
        string biasName = node.Inputs.Count > 2 ? node.Inputs[2] : "";
        if (biasName.Length > 0)
        {
            if (graph.Parameter(biasName) is not { } given)
                return false;
            given.Values.CopyTo(bias);
        }
        FusedConvolution fused = new()
        {
            Output = node.Outputs[0],
            Input = input,
            Weights = weights,
            Key = $"{node.Inputs[1]}|{biasName}|{conv.Group}",
            Group = conv.Group,
            Window = conv.Fit(graph.Shape(input), weights.Shape),
            Bias = bias,
        };
        TakePadding(graph, fused);
        TakeInputAffine(graph, fused);
        return graph.Append(fused);
    }

    private static void TakePadding(RewrittenGraph graph, FusedConvolution fused)
    {
        if (graph.Maker<SingleNode>(fused.Input) is not { } pad || !graph.UsedOnce(fused.Input) || ZeroPad(graph, pad.Node) is not { } pads)
            return;
        graph.Remove(pad);
        fused.Input = pad.Node.Inputs[0];
        Window w = fused.Window;
        TensorShape x = graph.Shape(fused.Input);
        fused.Window = w with
        {
            InH = x[2],
            InW = x[3],
            PadTop = w.PadTop + pads[0],
            PadLeft = w.PadLeft + pads[1],
            PadBottom = w.PadBottom + pads[2],
            PadRight = w.PadRight + pads[3],
        };
    }

    private static void TakeInputAffine(RewrittenGraph graph, FusedConvolution fused)
    {
        if (!fused.IsFirstConvolution || !graph.UsedOnce(fused.Input) || graph.Maker<FusedAffine>(fused.Input) is not { Activation.IsNone: true } affine)
            return;
        graph.Remove(affine);
        fused.Input = affine.Input;
        fused.InputAffine = (affine.Scale, affine.Shift);
    }

    /// <summary>Top, left, bottom, right of a Pad node that adds zeros around images only; null for any other node.</summary>
    private static int[]? ZeroPad(RewrittenGraph graph, Node node)
    {
        if (node.Operator.OpType != "Pad" || node.Inputs.Count != 1 || graph.IsParameter(node.Inputs[0]) || graph.Shape(node.Inputs[0]).Rank != 4)
            return null;
        OperatorAttributes attributes = node.Operator.Attributes;
        long[]? pads = attributes.ConstantInts(1);
        if (attributes.Text("mode", "constant") != "constant" || pads?.Length != 8 || attributes.ConstantInputs.ContainsKey(3)
            || (attributes.ConstantInputs.ContainsKey(2) && attributes.ConstantFloat(2) != 0))
            return null;
        return pads[0] == 0 && pads[1] == 0 && pads[4] == 0 && pads[5] == 0 && pads.All(p => p >= 0)
            ? [(int)pads[2], (int)pads[3], (int)pads[6], (int)pads[7]] : null;
    }
}
