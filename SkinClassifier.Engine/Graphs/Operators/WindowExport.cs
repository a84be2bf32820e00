using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>A form that the operator texts allow and ONNX Runtime refuses, in one that it takes: SAME padding with dilations.</summary>
internal static class WindowExport
{
    /// <summary>Turns SAME padding of a dilated window into explicit pads.</summary>
    public static void ExplicitPads(FileNode node, ExportScope scope)
    {
        if (node.Text("auto_pad", "NOTSET") is not ("SAME_UPPER" or "SAME_LOWER") || node.Ints("dilations") is not long[] dilations
            || dilations.All(d => d == 1))
            return;
        TensorShape x = scope.Shape(node.Input(0));
        int axes = x.Rank - 2;
        long[] kernel = node.Ints("kernel_shape") ?? [.. scope.Shape(node.Input(1)).Lengths[2..].ToArray().Select(l => (long)l)];
        long[] strides = node.Ints("strides") ?? [.. Enumerable.Repeat(1L, axes)], pads = new long[2 * axes];
        if (strides.Any(s => s != 1) && !scope.HasFixedSides)
            throw scope.Unsupported(node, "SAME padding with dilations and strides depends on the size of the image. Write a network with a fixed image size.");
        bool upper = node.Take("auto_pad") is "SAME_UPPER";
        for (int i = 0; i < axes; i++)
        {
            long length = x[i + 2], count = (length + strides[i] - 1) / strides[i];
            long total = Math.Max(0, (count - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - length);
            (pads[i], pads[axes + i]) = upper ? (total / 2, total - total / 2) : (total - total / 2, total / 2);
        }
        node.Attributes["pads"] = pads;
        node.Take("ceil_mode"); // does not count with SAME padding
    }
}
