using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

// Layers: a node together with its parameters, named "<name>.weight", "<name>.bias" as torchvision and timm name them.
public sealed partial class GraphBuilder
{
    /// <summary>
    /// Conv: <paramref name="x"/> [N,C,H,W] → [N,<paramref name="channels"/>,H′,W′]. Parameters <c>name.weight</c>
    /// [channels, C/group, kH, kW] (default: Kaiming normal, fan out) and, with <paramref name="bias"/>, <c>name.bias</c> (zeros).
    /// <paramref name="autoPad"/> other than NOTSET replaces <paramref name="pad"/>.
    /// </summary>
    public string Conv(string x, string name, int channels, Extent kernel, Extent? stride = null, Extent pad = default, int group = 1,
        Extent? dilation = null, Initializer? weight = null, Initializer? bias = null, string autoPad = "NOTSET")
    {
        string w =
            Parameter(name + ".weight", new TensorShape(channels, ChannelsOf(x) / group, kernel.Height, kernel.Width), weight ?? Initializer.KaimingNormal());
        string[] inputs = bias is null ? [x, w] : [x, w, Parameter(name + ".bias", new TensorShape(channels), bias)];
        Dictionary<string, object> attributes = WindowAttributes(kernel, stride ?? 1, pad, autoPad);
        attributes["group"] = (long)group;
        attributes["dilations"] = Longs(dilation ?? 1);
        return Add("Conv", name, inputs, new OperatorAttributes(attributes));
    }

    /// <summary>
    /// BatchNormalization with <c>name.weight</c> (<paramref name="scale"/>, default 1), <c>name.bias</c> 0, <c>name.running_mean</c> 0,
    /// <c>name.running_var</c> 1. <paramref name="momentum"/> is ONNX's: the share of the old statistic that stays.
    /// </summary>
    public string BatchNormalization(string x, string name, float epsilon = 1e-5f, float momentum = 0.9f, float scale = 1)
    {
        TensorShape shape = new(ChannelsOf(x));
        return Add("BatchNormalization", name,
            [x, Parameter(name + ".weight", shape, Initializer.Constant(scale)), Parameter(name + ".bias", shape, Initializer.Zeros),
                Parameter(name + ".running_mean", shape, Initializer.Zeros), Parameter(name + ".running_var", shape, Initializer.Ones)],
            new OperatorAttributes(new Dictionary<string, object> { ["epsilon"] = epsilon, ["momentum"] = momentum }));
    }

    /// <summary>
    /// Gemm as a dense layer: y = x · Wᵀ + b, <paramref name="x"/> [N,F] → [N,<paramref name="units"/>]; <c>name.weight</c> [units, F] (default
    /// ±1/√F), <c>name.bias</c> (default zeros).
    /// </summary>
    public string Gemm(string x, string name, int units, Initializer? weight = null, Initializer? bias = null) =>
        Add("Gemm", name,
            [x, Parameter(name + ".weight", new TensorShape(units, ShapeOf(x)[1]), weight ?? Initializer.KaimingUniform()),
                Parameter(name + ".bias", new TensorShape(units), bias ?? Initializer.Zeros)],
            new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));

    /// <summary>max(0, x).</summary>
    public string Relu(string x, string name) => Add("Relu", name, [x]);

    /// <summary>min(max(x, low), high).</summary>
    public string Clip(string x, string name, float low, float high) =>
        Add("Clip", name, [x], new OperatorAttributes(null, new Dictionary<int, object> { [1] = low, [2] = high }));

    /// <summary>MaxPool; <paramref name="stride"/> defaults to <paramref name="kernel"/>.</summary>
    public string MaxPool(string x, string name, Extent kernel, Extent? stride = null, Extent pad = default, bool ceil = false, string autoPad = "NOTSET") =>
        Pool("MaxPool", x, name, kernel, stride, pad, ceil, autoPad);

    /// <summary>
    /// AveragePool; <paramref name="stride"/> defaults to <paramref name="kernel"/>; padding counts as zeros when <paramref name="countPad"/>.
    /// </summary>
    public string AveragePool(string x, string name, Extent kernel, Extent? stride = null, Extent pad = default, bool ceil = false,
        bool countPad = false, string autoPad = "NOTSET") =>
        Pool("AveragePool", x, name, kernel, stride, pad, ceil, autoPad, countPad);

    /// <summary>GlobalAveragePool: [N,C,H,W] → [N,C,1,1].</summary>
    public string GlobalAveragePool(string x, string name) => Add("GlobalAveragePool", name, [x]);

    /// <summary>Flatten from axis 1: [N,C,1,1] → [N,C].</summary>
    public string Flatten(string x, string name) => Add("Flatten", name, [x]);

    /// <summary>Dropout that drops a share of <paramref name="ratio"/> in training.</summary>
    public string Dropout(string x, string name, float ratio) =>
        Add("Dropout", name, [x], new OperatorAttributes(null, new Dictionary<int, object> { [1] = ratio }));

    /// <summary>a + b.</summary>
    public string Add(string a, string b, string name) => Add("Add", name, [a, b]);

    /// <summary>a · b.</summary>
    public string Mul(string a, string b, string name) => Add("Mul", name, [a, b]);

    /// <summary>1 / (1 + e^(−x)).</summary>
    public string Sigmoid(string x, string name) => Add("Sigmoid", name, [x]);

    /// <summary>x / (1 + e^(−x)) as nodes Sigmoid and Mul (also called swish).</summary>
    public string Silu(string x, string name) => Mul(x, Sigmoid(x, name + ".sigmoid"), name);

    /// <summary>x · min(max(x / 6 + 0.5, 0), 1).</summary>
    public string HardSwish(string x, string name) => Add("HardSwish", name, [x]);

    /// <summary>min(max(x / 6 + 0.5, 0), 1), PyTorch's hard sigmoid.</summary>
    public string HardSigmoid(string x, string name) =>
        Add("HardSigmoid", name, [x], new OperatorAttributes(new Dictionary<string, object> { ["alpha"] = 1f / 6, ["beta"] = 0.5f }));

    /// <summary>x · Φ(x) with the normal distribution Φ.</summary>
    public string Gelu(string x, string name) => Add("Gelu", name, [x]);

    /// <summary>Axes in another order.</summary>
    public string Transpose(string x, string name, params ReadOnlySpan<long> order) =>
        Add("Transpose", name, [x], new OperatorAttributes(new Dictionary<string, object> { ["perm"] = order.ToArray() }));

    /// <summary>LayerNormalization over the last axis, with <c>name.weight</c> 1 and <c>name.bias</c> 0.</summary>
    public string LayerNormalization(string x, string name, float epsilon = 1e-5f)
    {
        TensorShape shape = ShapeOf(x), last = new(shape[shape.Rank - 1]);
        return Add("LayerNormalization", name,
            [x, Parameter(name + ".weight", last, Initializer.Ones), Parameter(name + ".bias", last, Initializer.Zeros)],
            new OperatorAttributes(new Dictionary<string, object> { ["axis"] = -1L, ["epsilon"] = epsilon }));
    }

    /// <summary>Softmax along the last axis.</summary>
    public string Softmax(string x, string name) => Add("Softmax", name, [x]);

    /// <summary>Values one behind the other along axis 1 (channels) by default.</summary>
    public string Concat(ReadOnlySpan<string> values, string name, int axis = 1) =>
        Add("Concat", name, values, new OperatorAttributes(new Dictionary<string, object> { ["axis"] = (long)axis }));

    /// <summary>
    /// (x − Mean) / Std per channel for <paramref name="x"/> [N,3,H,W] with values 0 … 255, as nodes Sub and Div, and Gather where the order is B, G,
    /// R. Parameters "normalization.mean" and "normalization.std" [1,3,1,1]; they are constants, never trained.
    /// </summary>
    public string Normalize(string x, Normalization normalization)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        TensorShape shape = new(1, 3, 1, 1);
        string mean = Parameter(Graphs.Normalization.ParameterPrefix + "mean", new Tensor(shape, [.. normalization.Mean]));
        string std = Parameter(Graphs.Normalization.ParameterPrefix + "std", new Tensor(shape, [.. normalization.Std]));
        string normalized = Add("Div", "normalization.div", [Add("Sub", "normalization.sub", [x, mean]), std]);
        return normalization.IsBgr
            ? Add("Gather", "normalization.bgr", [normalized],
                new OperatorAttributes(new Dictionary<string, object> { ["axis"] = 1L }, new Dictionary<int, object> { [1] = new long[] { 2, 1, 0 } }))
            : normalized;
    }

    private string Pool(string opType, string x, string name, Extent kernel, Extent? stride, Extent pad, bool ceil, string autoPad, bool countPad = false)
    {
        Dictionary<string, object> attributes = WindowAttributes(kernel, stride ?? kernel, pad, autoPad);
        if (ceil)
            attributes["ceil_mode"] = 1L;
        if (countPad)
            attributes["count_include_pad"] = 1L;
        return Add(opType, name, [x], new OperatorAttributes(attributes));
    }

    private static Dictionary<string, object> WindowAttributes(Extent kernel, Extent stride, Extent pad, string autoPad)
    {
        Dictionary<string, object> attributes = new() { ["kernel_shape"] = Longs(kernel), ["strides"] = Longs(stride) };
        if (autoPad == "NOTSET")
            attributes["pads"] = new long[] { pad.Height, pad.Width, pad.Height, pad.Width };
        else
            attributes["auto_pad"] = autoPad;
        return attributes;
    }

    private static long[] Longs(Extent extent) => [extent.Height, extent.Width];
}
