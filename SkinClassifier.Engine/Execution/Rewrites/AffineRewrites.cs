using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Rewrites;

/// <summary>
/// y = x · scale + shift with constants per channel: BatchNormalization, and Add, Sub, Mul, Div of a constant. Folded into the node that makes x where
/// that is allowed, else a node of its own.
/// </summary>
internal static class AffineRewrites
{
    public static bool Normalization(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not BatchNormalization)
            return false;
        string input = graph.Resolve(node.Inputs[0]);
        Tensor?[] given = [.. node.Inputs.Skip(1).Select(graph.Parameter)];
        if (graph.Shape(input).Rank != 4 || graph.IsParameter(input) || given.Length != 4 || given.Contains(null))
            return false;
        float epsilon = node.Operator.Attributes.Float("epsilon", 1e-5f);
        float[] scale = new float[graph.Shape(input)[1]], shift = new float[scale.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = given[0]!.Values[c] / Math.Sqrt((double)given[3]!.Values[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(given[1]!.Values[c] - given[2]!.Values[c] * factor);
        }
        return Affine(graph, input, node.Outputs[0], scale, shift);
    }

    public static bool Arithmetic(RewrittenGraph graph, Node node)
    {
        if (node.Operator is not (Add or Sub or Mul or Div) || ConstantOf(graph, node) is not var (x, values, isLeft) || graph.Shape(x).Rank != 4)
            return false;
        string output = node.Outputs[0];
        float[] zeros = new float[values.Length], ones = [.. values.Select(_ => 1f)];
        return (node.Operator, isLeft) switch
        {
            (Add, _) => Affine(graph, x, output, ones, values),
            (Sub, true) => Affine(graph, x, output, ones, [.. values.Select(v => -v)]),
            (Sub, false) => Affine(graph, x, output, [.. values.Select(_ => -1f)], values),
            (Mul, _) => Affine(graph, x, output, values, zeros),
            (Div, true) => values.All(v => float.IsNormal(v) && float.IsNormal(1 / v))
                && Affine(graph, x, output, [.. values.Select(v => 1 / v)], zeros),
            _ => false,
        };
    }

    /// <summary>The operand that is no constant, the constant's number for each channel, and whether the operand comes first; null for anything else.</summary>
    public static (string X, float[] Values, bool IsLeft)? ConstantOf(RewrittenGraph graph, Node node)
    {
        string a = graph.Resolve(node.Inputs[0]), b = graph.Resolve(node.Inputs[1]);
        bool isLeft = graph.IsParameter(b);
        (string x, string constant) = isLeft ? (a, b) : (b, a);
        return graph.IsParameter(a) != isLeft && graph.Shape(node.Outputs[0]) == graph.Shape(x)
            && PerChannel(graph.Parameter(constant)!, graph.Shape(x)) is { } values ? (x, values, isLeft) : null;
    }

    /// <summary>One number for each channel (axis 1) of x, or null when the constant varies along other axes or x is neither an image nor a matrix.</summary>
    public static float[]? PerChannel(Tensor constant, TensorShape x)
    {
        if (x.Rank is not (2 or 4) || constant.Shape.Rank > x.Rank)
            return null;
        int channels = x[1], offset = x.Rank - constant.Shape.Rank;
        for (int axis = 0; axis < constant.Shape.Rank; axis++)
            if (constant.Shape[axis] != 1 && (axis + offset != 1 || constant.Shape[axis] != channels))
                return null;
        float[] values = new float[channels];
        if (constant.Shape.ElementCount == 1)
            Array.Fill(values, constant.Values[0]);
        else
            constant.Values.CopyTo(values);
        return values;
    }

    private static bool Affine(RewrittenGraph graph, string input, string output, float[] scale, float[] shift)
    {
        if (graph.UsedOnce(input) && graph.Maker<FusedConvolution>(input) is { Residual: null, Activation.IsNone: true } conv)
        {
            conv.Scale = conv.Scale is null ? scale : [.. conv.Scale.Zip(scale, (a, b) => a * b)];
            conv.Bias = [.. conv.Bias.Select((b, c) => b * scale[c] + shift[c])];
            conv.Key += "|" + output;
            return graph.Extend(conv, output);
        }
        if (graph.UsedOnce(input) && graph.Maker<FusedAffine>(input) is { Activation.IsNone: true } affine)
        {
            affine.Shift = [.. affine.Shift.Select((b, c) => b * scale[c] + shift[c])];
            affine.Scale = [.. affine.Scale.Zip(scale, (a, b) => a * b)];
            return graph.Extend(affine, output);
        }
        return graph.Append(new FusedAffine { Output = output, Input = input, Scale = scale, Shift = shift });
    }
}
