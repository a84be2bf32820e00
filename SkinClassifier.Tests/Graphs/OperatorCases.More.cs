namespace SkinClassifier.Tests.Graphs;

public static partial class OperatorCases
{
    private static OperatorCase[] MoreElementwise =>
    [
        new("leaky relu", "LeakyRelu", [S(3, 7)]) { Attributes = { ["alpha"] = 0.2f } },
        new("prelu per channel", "PRelu", [S(2, 3, 4), S(3, 1)]) { Wrong = [S(3, 1), S(2, 3, 4)] },
        new("hard sigmoid", "HardSigmoid", [S(5, 8)]) { Attributes = { ["alpha"] = 0.61f, ["beta"] = 0.4037f } },
        new("hard swish", "HardSwish", [S(5, 8)]),
        new("swish", "Swish", [S(5, 8)]) { Attributes = { ["alpha"] = 1.5f } },
        new("tanh", "Tanh", [S(5, 8)]),
        new("erf", "Erf", [S(5, 8)]),
        new("gelu", "Gelu", [S(5, 8)]),
        new("gelu tanh", "Gelu", [S(5, 8)]) { Attributes = { ["approximate"] = "tanh" } },
        new("sqrt", "Sqrt", [S(5, 8)]) { Positive = [0] },
        new("reciprocal", "Reciprocal", [S(5, 8)]) { Positive = [0] },
        new("exp", "Exp", [S(5, 8)]),
        new("log", "Log", [S(5, 8)]) { Positive = [0] },
        new("abs", "Abs", [S(5, 8)]),
        new("neg", "Neg", [S(5, 8)]),
        new("elu", "Elu", [S(5, 8)]) { Attributes = { ["alpha"] = 0.7f } },
        new("elu default", "Elu", [S(2, 3, 4, 2)]),
        new("selu", "Selu", [S(5, 8)]),
        new("selu with attributes", "Selu", [S(5, 8)]) { Attributes = { ["alpha"] = 1.2f, ["gamma"] = 0.8f } },
        new("softplus", "Softplus", [S(5, 8)]),
        new("mish", "Mish", [S(2, 3, 4, 2)]),
        new("ceil", "Ceil", [S(5, 8)]) { HasGradient = false },
        new("floor", "Floor", [S(5, 8)]) { HasGradient = false },
        new("cast to float16", "Cast", [S(5, 8)]) { Attributes = { ["to"] = 10L } },
        new("cast to int64", "Cast", [S(5, 8)]) { Attributes = { ["to"] = 7L }, HasGradient = false },
        new("pow", "Pow", [S(2, 3, 4), S(3, 1)]) { Positive = [0], Wrong = [S(2, 3), S(2, 2)] },
        new("equal", "Equal", [S(2, 3), S(3)]) { HasGradient = false, Wrong = [S(2, 3), S(2)] },
        new("where", "Where", [S(2, 3), S(4, 2, 1), S(3)]) { WithoutGradient = [0], Wrong = [S(2, 3), S(2, 3), S(4)] },
        new("sum of one", "Sum", [S(2, 3)]),
        new("sum", "Sum", [S(2, 3), S(3), S(2, 1)]) { Wrong = [S(2, 3), S(2)] },
        new("max", "Max", [S(2, 3), S(3), S(2, 1)]),
        new("min", "Min", [S(2, 3), S(2, 3)]) { Wrong = [S(2, 3), S(3, 2)] },
    ];

    private static OperatorCase[] MoreNormalizations =>
    [
        new("layer normalization", "LayerNormalization", [S(3, 4, 5), S(5), S(5)]) { Wrong = [S(3, 4, 5), S(4), S(4)] },
        new("layer normalization axis 1 without bias", "LayerNormalization", [S(3, 2, 4), S(2, 4)]) { Attributes = { ["axis"] = 1L, ["epsilon"] = 1e-2f } },
        new("instance normalization", "InstanceNormalization", [S(2, 3, 2, 4), S(3), S(3)]) { Wrong = [S(2, 3, 2, 4), S(2), S(3)] },
        new("group normalization per channel", "GroupNormalization", [S(2, 4, 3, 2), S(4), S(4)]) { Attributes = { ["num_groups"] = 2L }, Wrong = [S(2, 3, 3, 2), S(3), S(3)] },
        new("group normalization per group", "GroupNormalization", [S(2, 4, 3), S(2), S(2)]) { Attributes = { ["num_groups"] = 2L }, Wrong = [S(2, 4, 3), S(2), S(4)] },
        new("lrn", "LRN", [S(2, 6, 2, 2)]) { Attributes = { ["size"] = 3L, ["alpha"] = 0.9f, ["beta"] = 0.6f, ["bias"] = 1.5f } },
        new("lrn even size of images", "LRN", [S(2, 6, 3, 2)]) { Attributes = { ["size"] = 2L, ["alpha"] = 0.7f, ["beta"] = 0.5f, ["bias"] = 2f } },
        new("lrn even size", "LRN", [S(1, 5, 3)]) { Attributes = { ["size"] = 4L, ["alpha"] = 0.5f } },
        new("log softmax", "LogSoftmax", [S(3, 5)]) { Wrong = [S()] },
        new("log softmax axis 1", "LogSoftmax", [S(2, 4, 3)]) { Attributes = { ["axis"] = 1L } },
        new("global max pool", "GlobalMaxPool", [S(2, 3, 4, 2)]) { Wrong = [S(2, 3)] },
    ];

    private static OperatorCase[] Reductions =>
    [
        new("reduce mean of images", "ReduceMean", [S(2, 3, 4, 2)]) { Constants = { [1] = L(2, 3) }, Attributes = { ["keepdims"] = 0L }, Wrong = [S(2, 3)] },
        new("reduce mean last axis", "ReduceMean", [S(2, 3, 4)]) { Constants = { [1] = L(-1) } },
        new("reduce mean of all", "ReduceMean", [S(2, 3)]),
        new("reduce sum", "ReduceSum", [S(2, 3, 4)]) { Constants = { [1] = L(0, 2) } },
        new("reduce sum of nothing", "ReduceSum", [S(2, 3)]) { Attributes = { ["noop_with_empty_axes"] = 1L } },
        new("reduce max", "ReduceMax", [S(2, 3, 4)]) { Constants = { [1] = L(1) }, Attributes = { ["keepdims"] = 0L } },
        new("reduce l2", "ReduceL2", [S(2, 3, 4, 2)]) { Constants = { [1] = L(1, -1) }, Wrong = [S(2)] },
        new("reduce l2 of images", "ReduceL2", [S(2, 3, 4, 2)]) { Constants = { [1] = L(2, 3) }, Attributes = { ["keepdims"] = 0L } },
        new("reduce sum square", "ReduceSumSquare", [S(2, 3, 4)]) { Constants = { [1] = L(0, 2) }, Attributes = { ["keepdims"] = 0L } },
        new("reduce sum square of all", "ReduceSumSquare", [S(2, 5)]),
        new("argmax", "ArgMax", [S(2, 5, 3)]) { Attributes = { ["axis"] = 1L, ["keepdims"] = 0L }, HasGradient = false, Wrong = [S(2)] },
        new("argmax last axis kept", "ArgMax", [S(2, 5)]) { Attributes = { ["axis"] = -1L, ["select_last_index"] = 1L }, HasGradient = false },
    ];

    private static OperatorCase[] MoreLayout =>
    [
        new("transpose reversed", "Transpose", [S(2, 3, 4)]),
        new("transpose to channels last", "Transpose", [S(2, 3, 4, 5)]) { Attributes = { ["perm"] = L(0, 2, 3, 1) }, Wrong = [S(2, 3, 4)] },
        new("split equal", "Split", [S(2, 5, 2)]) { Attributes = { ["axis"] = 1L, ["num_outputs"] = 2L }, Outputs = 2 },
        new("split by lengths", "Split", [S(2, 6)]) { Attributes = { ["axis"] = -1L }, Constants = { [1] = L(1, 3, 2) }, Outputs = 3, Wrong = [S(2, 5)] },
        new("slice", "Slice", [S(3, 6, 5)]) { Constants = { [1] = L(1, -4), [2] = L(100, -1), [3] = L(0, 2) }, Wrong = [S(3, 6)] },
        new("slice backwards", "Slice", [S(4, 7)]) { Constants = { [1] = L(-1, 5), [2] = L(-1000, 0), [3] = L(0, 1), [4] = L(-1, -2) } },
        new("squeeze", "Squeeze", [S(2, 1, 3, 1)]) { Constants = { [1] = L(1, -1) }, Wrong = [S(2, 2, 3, 1)] },
        new("squeeze all", "Squeeze", [S(1, 2, 1)]),
        new("unsqueeze", "Unsqueeze", [S(2, 3)]) { Constants = { [1] = L(0, -1) } },
        new("pad constant", "Pad", [S(2, 3, 4)]) { Constants = { [1] = L(0, 1, 2, 1, 0, 1), [2] = 0.5f }, Wrong = [S(2, 3)] },
        new("pad negative", "Pad", [S(2, 5)]) { Constants = { [1] = L(0, -1, 0, -2) }, Wrong = [S(2, 2)] },
        new("pad reflect along axes", "Pad", [S(2, 3, 4)]) { Attributes = { ["mode"] = "reflect" }, Constants = { [1] = L(2, 3), [3] = L(-1) }, Wrong = [S(2, 3, 3)] },
        new("pad reflect after a cut", "Pad", [S(2, 6)]) { Attributes = { ["mode"] = "reflect" }, Constants = { [1] = L(0, -1, 0, 2) }, Wrong = [S(2, 3)] },
        new("pad edge after a cut", "Pad", [S(2, 5)]) { Attributes = { ["mode"] = "edge" }, Constants = { [1] = L(0, 2, 0, -2) } },
        new("pad wrap after a cut", "Pad", [S(6)]) { Attributes = { ["mode"] = "wrap" }, Constants = { [1] = L(-2, 3) } },
        new("depth to space", "DepthToSpace", [S(2, 8, 2, 3)]) { Attributes = { ["blocksize"] = 2L }, Wrong = [S(2, 6, 2, 3)] },
        new("depth to space columns first", "DepthToSpace", [S(1, 9, 2, 2)]) { Attributes = { ["blocksize"] = 3L, ["mode"] = "CRD" } },
        new("space to depth", "SpaceToDepth", [S(2, 3, 4, 6)]) { Attributes = { ["blocksize"] = 2L }, Wrong = [S(2, 3, 4, 5)] },
        new("pad edge", "Pad", [S(1, 2, 3, 3)]) { Attributes = { ["mode"] = "edge" }, Constants = { [1] = L(0, 0, 1, 2, 0, 0, 2, 1) } },
        new("pad wrap", "Pad", [S(4)]) { Attributes = { ["mode"] = "wrap" }, Constants = { [1] = L(3, 2) } },
        new("expand", "Expand", [S(3, 1)]) { Constants = { [1] = L(2, 1, 4) }, Wrong = [S(2, 3)] },
        new("gather", "Gather", [S(2, 4, 3)]) { Attributes = { ["axis"] = 1L }, Constants = { [1] = L(3, 0, -1) }, Wrong = [S(2, 3, 3)] },
        new("gather one", "Gather", [S(2, 4, 3)]) { Attributes = { ["axis"] = 1L }, Constants = { [1] = 2L } },
        new("resize nearest", "Resize", [S(1, 2, 3, 4)]) { Constants = { [2] = new float[] { 1, 1, 2, 1.5f } }, Attributes = { ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "floor" }, Wrong = [S(2, 3, 4)] },
        new("resize nearest smaller", "Resize", [S(1, 2, 5, 7)]) { Constants = { [2] = new float[] { 1, 1, 0.6f, 0.5f } }, Attributes = { ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "ceil" } },
        new("resize linear", "Resize", [S(1, 2, 3, 4)]) { Constants = { [3] = L(1, 2, 5, 3) }, Attributes = { ["mode"] = "linear" } },
        new("resize linear align corners", "Resize", [S(1, 1, 3, 4)]) { Constants = { [3] = L(5, 7) }, Attributes = { ["mode"] = "linear", ["coordinate_transformation_mode"] = "align_corners", ["axes"] = L(2, 3) } },
    ];
}
