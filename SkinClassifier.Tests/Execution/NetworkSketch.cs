using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Execution;

/// <summary>Builds small graphs with random weights, node by node; every method returns the name of the value it makes.</summary>
internal sealed class NetworkSketch(params int[] input)
{
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);

    public TensorShape Input { get; } = new(input);

    public string Parameter(float low, float high, params int[] shape)
    {
        string name = "p" + _parameters.Count;
        TensorShape lengths = new(shape);
        _parameters[name] = new Tensor(lengths, PlainRun.Random(lengths.ElementCount, (ulong)(100 + _parameters.Count), low, high));
        return name;
    }

    public string Node(string opType, string[] inputs, Dictionary<string, object>? attributes = null, Dictionary<int, object>? constants = null)
    {
        string output = "v" + _nodes.Count;
        _nodes.Add(
            new Node("n" + _nodes.Count, OperatorCatalog.Create(opType, new OperatorAttributes(attributes, constants), inputs.Length, 1), inputs, [output]));
        return output;
    }

    public string Conv(string x, int inputs, int outputs, (int H, int W) kernel, (int H, int W)? stride = null, int[]? pads = null,
        (int H, int W)? dilation = null, int group = 1, bool bias = true)
    {
        (int H, int W) s = stride ?? (1, 1), d = dilation ?? (1, 1);
        string weights = Parameter(-0.5f, 0.5f, outputs, inputs / group, kernel.H, kernel.W);
        return Node("Conv", bias ? [x, weights, Parameter(-1, 1, outputs)] : [x, weights], new Dictionary<string, object>
        {
            ["kernel_shape"] = new long[] { kernel.H, kernel.W },
            ["strides"] = new long[] { s.H, s.W },
            ["dilations"] = new long[] { d.H, d.W },
            ["pads"] = (pads ?? [0, 0, 0, 0]).Select(p => (long)p).ToArray(),
            ["group"] = (long)group,
        });
    }

    public string BatchNormalization(string x, int channels) =>
        Node("BatchNormalization", [x, Parameter(0.5f, 1.5f, channels), Parameter(-1, 1, channels), Parameter(-1, 1, channels), Parameter(0.5f, 2, channels)]);

    public string Pool(string type, string x, int kernel, int stride, int[]? pads = null, int ceil = 0, int includePad = 0, int dilation = 1)
    {
        Dictionary<string, object> attributes = new()
        {
            ["kernel_shape"] = new long[] { kernel, kernel },
            ["strides"] = new long[] { stride, stride },
            ["pads"] = (pads ?? [0, 0, 0, 0]).Select(p => (long)p).ToArray(),
            ["ceil_mode"] = (long)ceil,
        };
        if (type == "AveragePool")
            attributes["count_include_pad"] = (long)includePad;
        if (dilation > 1)
            attributes["dilations"] = new long[] { dilation, dilation };
        return Node(type, [x], attributes);
    }

    public Graph Build(string output) => new("sketch", [new GraphInput("x", Input.With(0, TensorShape.Free))], _nodes, [output], _parameters);
}
