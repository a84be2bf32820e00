using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Graphs;

/// <summary>The table of operator cases; every law of <see cref="OperatorLawsTests"/> holds for every row.</summary>
public static partial class OperatorCases
{
    public static IEnumerable<OperatorCase> All =>
        [.. Convolutions, .. Pools, .. Normalizations, .. Matrices, .. Elementwise, .. Layout, .. MoreElementwise, .. MoreNormalizations,
            .. Reductions, .. MoreLayout];

    private static OperatorCase[] Convolutions =>
    [
        new("conv 3x3 pad 1", "Conv", [S(2, 3, 5, 6), S(4, 3, 3, 3), S(4)]) { Attributes = { ["pads"] = L(1, 1, 1, 1) },
            Wrong = [S(2, 3, 5, 6), S(4, 2, 3, 3), S(4)] },
        new("conv stride 2 asymmetric pads", "Conv",
            [S(1, 2, 7, 6), S(3, 2, 3, 2)]) { Attributes = { ["pads"] = L(0, 1, 1, 0), ["strides"] = L(2, 2) }, Wrong = [S(1, 2, 7), S(3, 2, 3, 2)] },
        new("conv dilation", "Conv", [S(1, 2, 7, 8), S(2, 2, 3, 3), null]) { Attributes = { ["dilations"] = L(2, 3), ["pads"] = L(2, 3, 2, 3) },
            Wrong = [S(1, 2, 7, 8), S(2, 2, 9, 3)] },
        new("conv depthwise", "Conv", [S(2, 4, 5, 5), S(4, 1, 3, 3), S(4)]) { Attributes =
            { ["group"] = 4L, ["pads"] = L(1, 1, 1, 1), ["kernel_shape"] = L(3, 3) }, Wrong = [S(2, 5, 5, 5), S(4, 1, 3, 3), S(4)] },
        new("conv groups", "Conv", [S(1, 4, 4, 3), S(6, 2, 1, 1), S(6)]) { Attributes = { ["group"] = 2L }, Wrong = [S(1, 4, 4, 3), S(6, 2, 1, 1), S(5)] },
        new("conv 1x1 stride 2", "Conv", [S(1, 3, 5, 5), S(2, 3, 1, 1)]) { Attributes = { ["strides"] = L(2, 2) } },
        new("conv same upper", "Conv", [S(1, 1, 6, 5), S(2, 1, 3, 2)]) { Attributes = { ["auto_pad"] = "SAME_UPPER", ["strides"] = L(2, 1) } },
        new("conv same lower", "Conv", [S(1, 1, 6, 5), S(2, 1, 3, 2)]) { Attributes = { ["auto_pad"] = "SAME_LOWER", ["strides"] = L(2, 1) } },
        new("conv same with dilation", "Conv",
            [S(1, 2, 7, 8), S(3, 2, 3, 2), S(3)]) { Attributes = { ["auto_pad"] = "SAME_LOWER", ["dilations"] = L(2, 3), ["kernel_shape"] = L(3, 2) } },
        new("conv same with dilation and stride", "Conv",
            [S(1, 2, 7, 8), S(3, 2, 3, 3)]) { Attributes = { ["auto_pad"] = "SAME_UPPER", ["dilations"] = L(2, 1), ["strides"] = L(2, 2) } },
        new("conv valid", "Conv", [S(1, 2, 5, 5), S(1, 2, 3, 3)]) { Attributes = { ["auto_pad"] = "VALID" }, Wrong = [S(1, 2, 2, 5), S(1, 2, 3, 3)] },
        new("conv 1-D", "Conv", [S(2, 2, 9), S(3, 2, 3), S(3)]) { Attributes = { ["pads"] = L(1, 0), ["strides"] = L(2) } },
    ];

    private static OperatorCase[] Pools =>
    [
        new("max pool 2x2", "MaxPool", [S(2, 3, 4, 6)]) { Attributes = { ["kernel_shape"] = L(2, 2), ["strides"] = L(2, 2) }, Wrong = [S(2, 3)] },
        new("max pool 3x3 pad ceil", "MaxPool", [S(1, 2, 6, 7)]) { Attributes =
            { ["kernel_shape"] = L(3, 3), ["strides"] = L(2, 2), ["pads"] = L(1, 0, 1, 0), ["ceil_mode"] = 1L }, Wrong = [S(1, 2, 6, 2)] },
        new("max pool dilation", "MaxPool", [S(1, 1, 7, 7)]) { Attributes = { ["kernel_shape"] = L(2, 3), ["dilations"] = L(3, 2) } },
        new("max pool 1-D same", "MaxPool", [S(1, 2, 7)]) { Attributes = { ["kernel_shape"] = L(3), ["strides"] = L(2), ["auto_pad"] = "SAME_UPPER" } },
        new("max pool same with dilation", "MaxPool",
            [S(1, 1, 7, 6)]) { Attributes = { ["kernel_shape"] = L(2, 3), ["dilations"] = L(3, 2), ["auto_pad"] = "SAME_UPPER" } },
        new("average pool", "AveragePool", [S(1, 2, 5, 5)]) { Attributes = { ["kernel_shape"] = L(3, 3), ["pads"] = L(1, 1, 1, 1) }, Wrong = [S(5, 5)] },
        new("average pool with pad counted", "AveragePool",
            [S(1, 2, 5, 5)]) { Attributes = { ["kernel_shape"] = L(3, 3), ["pads"] = L(1, 1, 1, 1), ["count_include_pad"] = 1L, ["strides"] = L(2, 2) } },
        new("average pool ceil with pad counted", "AveragePool",
            [S(1, 1, 6, 6)]) { Attributes =
                { ["kernel_shape"] = L(3, 3), ["pads"] = L(1, 1, 1, 1), ["count_include_pad"] = 1L, ["strides"] = L(2, 2), ["ceil_mode"] = 1L } },
        new("average pool dilation", "AveragePool", [S(1, 1, 6, 6)]) { Attributes = { ["kernel_shape"] = L(2, 2), ["dilations"] = L(2, 3) } },
        new("global average pool", "GlobalAveragePool", [S(2, 3, 4, 5)]) { Wrong = [S(2, 3)] },
    ];

    private static OperatorCase[] Normalizations =>
    [
        new("batch normalization frozen", "BatchNormalization", [S(2, 3, 4, 2), S(3), S(3), S(3), S(3)]) { WithoutGradient = [3, 4], Positive = [4],
            Attributes = { ["epsilon"] = 1e-3f }, Wrong = [S(2, 3, 4, 2), S(3), S(3), S(4), S(3)] },
        new("batch normalization training", "BatchNormalization", [S(3, 2, 2, 3), S(2), S(2), S(2), S(2)]) { WithoutGradient = [3, 4], Positive = [4],
            Training = true, Attributes = { ["momentum"] = 0.7f }, Wrong = [S(3), S(3), S(3), S(3), S(3)] },
        new("batch normalization of vectors", "BatchNormalization", [S(6, 3), S(3), S(3), S(3), S(3)]) { WithoutGradient = [3, 4], Positive = [4],
            Training = true },
        new("dropout training", "Dropout", [S(4, 10)]) { Training = true, Constants = { [1] = 0.3f } },
        new("dropout", "Dropout", [S(4, 5)]),
        new("softmax last axis", "Softmax", [S(3, 5)]) { Wrong = [S()] },
        new("softmax axis 1", "Softmax", [S(2, 4, 3)]) { Attributes = { ["axis"] = 1L }, Wrong = [S(3)] },
    ];

    private static OperatorCase[] Matrices =>
    [
        new("gemm", "Gemm", [S(3, 4), S(4, 5), S(5)]) { Wrong = [S(3, 4), S(5, 4), S(5)] },
        new("gemm transposed", "Gemm", [S(4, 3), S(5, 4), S(3, 1)]) { Attributes =
            { ["transA"] = 1L, ["transB"] = 1L, ["alpha"] = 0.5f, ["beta"] = 2f }, Wrong = [S(4, 3), S(5, 4), S(4, 1)] },
        new("gemm transB without C", "Gemm", [S(2, 4), S(3, 4)]) { Attributes = { ["transB"] = 1L }, Wrong = [S(2, 4, 1), S(3, 4)] },
        new("gemm with a number C", "Gemm", [S(3, 4), S(4, 2), S()]) { Attributes = { ["beta"] = 0.5f } },
        new("gemm transA scalar C", "Gemm", [S(4, 2), S(4, 3), S(1, 1)]) { Attributes = { ["transA"] = 1L } },
        new("matmul", "MatMul", [S(3, 4), S(4, 2)]) { Wrong = [S(3, 4), S(3, 2)] },
        new("matmul broadcast", "MatMul", [S(2, 1, 3, 4), S(3, 4, 2)]) { Wrong = [S(2, 2, 3, 4), S(3, 4, 2)] },
        new("matmul vector left", "MatMul", [S(4), S(2, 4, 3)]),
        new("matmul vector right", "MatMul", [S(2, 3, 4), S(4)]),
        new("matmul vectors", "MatMul", [S(5), S(5)]) { Wrong = [S(5), S(4)] },
    ];

    private static OperatorCase[] Elementwise =>
    [
        new("relu", "Relu", [S(3, 7)]),
        new("sigmoid", "Sigmoid", [S(3, 7)]),
        new("identity", "Identity", [S(3, 7)]),
        new("clip", "Clip", [S(5, 8)]) { Constants = { [1] = -0.501f, [2] = 1.001f } },
        new("clip min only", "Clip", [S(5, 8)]) { Constants = { [1] = 0.003f } },
        new("clip max only", "Clip", [S(5, 8)]) { Constants = { [2] = 0.003f } },
        .. Binary("Add"),
        .. Binary("Sub"),
        .. Binary("Mul"),
        .. Binary("Div"),
    ];

    private static OperatorCase[] Layout =>
    [
        new("flatten", "Flatten", [S(2, 3, 4)]),
        new("flatten axis 0", "Flatten", [S(2, 3, 4)]) { Attributes = { ["axis"] = 0L } },
        new("flatten axis -1", "Flatten", [S(2, 3, 4)]) { Attributes = { ["axis"] = -1L }, Wrong = [S(2, 3, 4), S(2)] },
        new("flatten behind the last axis", "Flatten", [S(2, 3)]) { Attributes = { ["axis"] = 2L }, Wrong = [S(2)] },
        new("reshape 0 and -1", "Reshape", [S(2, 3, 4)]) { Constants = { [1] = L(0, -1, 2) }, Wrong = [S(1, 3)] },
        new("reshape allowzero", "Reshape", [S(2, 6)]) { Constants = { [1] = L(3, 4) }, Attributes = { ["allowzero"] = 1L }, Wrong = [S(2, 5)] },
        new("concat channels", "Concat", [S(2, 3, 2), S(2, 1, 2), S(2, 2, 2)]) { Attributes = { ["axis"] = 1L }, Wrong = [S(2, 3, 2), S(2, 1, 3)] },
        new("concat last axis", "Concat", [S(2, 3), S(2, 4)]) { Attributes = { ["axis"] = -1L }, Wrong = [S(2, 3), S(2)] },
    ];

    private static OperatorCase[] Binary(string opType)
    {
        int[] positive = opType == "Div" ? [1] : [];
        return
        [
            new($"{opType} same shape", opType, [S(2, 3, 4), S(2, 3, 4)]) { Positive = positive, Wrong = [S(2, 3), S(2, 4)] },
            new($"{opType} per channel", opType, [S(2, 3, 2, 2), S(1, 3, 1, 1)]) { Positive = positive },
            new($"{opType} channel first", opType, [S(3, 1, 1), S(2, 3, 2, 2)]) { Positive = positive },
            new($"{opType} both repeat", opType, [S(3, 1, 2), S(4, 1)]) { Positive = positive, Wrong = [S(3, 2, 2), S(4, 2)] },
            new($"{opType} scalar", opType, [S(), S(2, 3)]) { Positive = positive },
            new($"{opType} one number", opType, [S(2, 3), S(1)]) { Positive = positive },
        ];
    }

    private static TensorShape S(params ReadOnlySpan<int> lengths) => new(lengths);

    private static long[] L(params long[] values) => values;
}
