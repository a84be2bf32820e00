using SkinClassifier.Onnx.Reading;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Writing;

/// <summary>
/// ceil_mode of pooling, which opset 9 does not have: the last window reaches behind the image, so the same length comes out with so
/// much padding there. Padding neither wins a maximum nor counts in a mean.
/// </summary>
internal static class CeilingPools
{
    /// <summary>Turns ceil_mode into pads where the opset is below 10.</summary>
    public static void Run(FileNode node, ExportScope scope)
    {
        if (scope.Opset >= 10 || node.Take("ceil_mode") is not long mode || mode == 0
            || node.Attributes.GetValueOrDefault("auto_pad") is string and not "NOTSET")
            return;
        if (!scope.HasFixedSides)
            throw scope.Unsupported(node, "ceil_mode = 1 needs opset 10 or newer, or a network with a fixed image size.");
        TensorShape x = scope.Shape(node.Input(0)), y = scope.Shape(node.Outputs[0]);
        int axes = x.Rank - 2;
        long[] kernel = node.Ints("kernel_shape")!, strides = node.Ints("strides") ?? [.. Enumerable.Repeat(1L, axes)],
            dilations = node.Ints("dilations") ?? [.. Enumerable.Repeat(1L, axes)];
        long[] pads = [.. node.Ints("pads") ?? new long[2 * axes]], before = [.. pads];
        for (int i = 0; i < axes; i++)
            pads[axes + i] = Math.Max(0, (y[i + 2] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - x[i + 2] - pads[i]);
        if (node.Int("count_include_pad", 0) != 0 && !pads.AsSpan().SequenceEqual(before))
            throw scope.Unsupported(node, "ceil_mode = 1 together with count_include_pad = 1 needs opset 10 or newer.");
        node.Attributes["pads"] = pads;
    }
}
