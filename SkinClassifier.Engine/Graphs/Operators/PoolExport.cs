using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Pooling in the forms that older opsets and ONNX Runtime take.</summary>
internal static class PoolExport
{
    /// <summary>Pads a node of its own where they are not smaller than the kernel of a pooling window.</summary>
    public static void SmallPads(FileNode node, ExportScope scope, float fill, bool leavesOutPads)
    {
        if (node.Ints("pads") is not long[] pads || node.Ints("kernel_shape") is not long[] kernel || pads.Length != 2 * kernel.Length
            || !pads.Where((pad, i) => pad >= kernel[i % kernel.Length]).Any())
            return;
        if (leavesOutPads || node.Int("ceil_mode", 0) != 0)
            throw scope.Unsupported(
                node, "pads that are not smaller than the kernel, with ceil_mode or left out of a mean, are refused by ONNX Runtime. Use smaller pads.");
        long[] all = [0, 0, .. pads[..kernel.Length], 0, 0, .. pads[kernel.Length..]];
        FileNode pad = new("Pad", $"{node.Name}/padded",
            [node.Input(0), scope.Constant(node, "pads", OnnxTensor.Ints(all)),
                scope.Constant(node, "fill", OnnxTensor.Float(fill))], [scope.Fresh($"{node.Name}/padded")]);
        Pad.Downgrade(pad, scope);
        node.Inputs[0] = pad.Outputs[0];
        node.Take("pads");
    }

    /// <summary>
    /// Turns ceil_mode into pads where the opset is below 10 and does not have it: the last window reaches behind the image, so the same length
    /// comes out with so much padding there. Padding neither wins a maximum nor counts in a mean.
    /// </summary>
    public static void Ceiling(FileNode node, ExportScope scope)
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
