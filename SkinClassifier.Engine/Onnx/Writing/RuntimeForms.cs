using SkinClassifier.Onnx.Reading;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Writing;

/// <summary>
/// Forms that the operator texts allow and ONNX Runtime refuses, in a form that it takes: SAME padding with dilations, pads of a pooling
/// window that are not smaller than its kernel, LRN over an even number of channels or other than four axes.
/// </summary>
internal static class RuntimeForms
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

    /// <summary>Pads a node of its own where they are not smaller than the kernel of a pooling window.</summary>
    public static void SmallPads(FileNode node, ExportScope scope)
    {
        if (node.Ints("pads") is not long[] pads || node.Ints("kernel_shape") is not long[] kernel || pads.Length != 2 * kernel.Length
            || !pads.Where((pad, i) => pad >= kernel[i % kernel.Length]).Any())
            return;
        if (node.OpType == "AveragePool" && node.Int("count_include_pad", 0) == 0 || node.Int("ceil_mode", 0) != 0)
            throw scope.Unsupported(
                node, "pads that are not smaller than the kernel, with ceil_mode or left out of a mean, are refused by ONNX Runtime. Use smaller pads.");
        long[] all = [0, 0, .. pads[..kernel.Length], 0, 0, .. pads[kernel.Length..]];
        FileNode pad = new("Pad", $"{node.Name}/padded",
            [node.Input(0), scope.Constant(node, "pads", OnnxTensor.Ints(all)),
                scope.Constant(node, "fill", OnnxTensor.Float(node.OpType == "MaxPool" ? float.NegativeInfinity : 0))], [scope.Fresh($"{node.Name}/padded")]);
        OpsetDowngrade.Pad(pad, scope);
        node.Inputs[0] = pad.Outputs[0];
        node.Take("pads");
    }

    /// <summary>LRN; where ONNX Runtime does not take it: x / (bias + alpha / size · Σ x²)^beta, the sum as a 1×1 convolution with a band of ones.</summary>
    public static void Lrn(FileNode node, ExportScope scope)
    {
        TensorShape x = scope.Shape(node.Input(0));
        long size = node.Int("size", 1);
        if (size % 2 == 1 && x.Rank == 4)
        {
            scope.Emit(node);
            return;
        }
        int channels = x[1];
        float share = node.Float("alpha", 1e-4f) / size;
        float[] band = new float[channels * channels], offset = new float[channels];
        for (int to = 0; to < channels; to++)
            for (long from = Math.Max(0, to - (size - 1) / 2); from <= Math.Min(channels - 1, to + size / 2); from++)
                band[to * channels + from] = share;
        Array.Fill(offset, node.Float("bias", 1));
        string square = scope.Emit(node, "Mul", "square", node.Input(0), node.Input(0)),
            bias = scope.Constant(node, "offset", new OnnxTensor(new TensorShape(channels), offset));
        string sum = x.Rank == 2
            ? scope.Emit(
                node, "Gemm", "sum", ("transB", 1L), square, scope.Constant(node, "band", new OnnxTensor(new TensorShape(channels, channels), band)), bias)
            : scope.Emit(node, "Conv", "sum", square,
                scope.Constant(node, "band", new OnnxTensor(new TensorShape([channels, channels, .. Enumerable.Repeat(1, x.Rank - 2)]), band)), bias);
        string divisor = scope.Emit(node, "Pow", "divisor", sum, scope.Constant(node, "beta", OnnxTensor.Float(node.Float("beta", 0.75f))));
        scope.Emit(new FileNode("Div", node.Name, [node.Input(0), divisor], node.Outputs));
    }
}
