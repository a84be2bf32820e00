using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Fusion;

/// <summary>
/// Turns nodes into fewer layers: BatchNormalization and constant Add, Sub, Mul, Div per channel are folded into the convolution before
/// them, residual sums and activations into the layer that makes their input, constant zero Pad into the convolution behind it,
/// normalization of the input into the first convolution, the nodes of color constancy into one layer; Identity and Dropout vanish. A value is only
/// folded away when nothing else uses it.
/// </summary>
internal sealed partial class LayerFusion
{
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, TensorShape> _shapes;
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _alias = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Layer> _makers = new(StringComparer.Ordinal);
    private readonly List<Layer> _layers = [];

    private LayerFusion(Graph graph, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        _graph = graph;
        _shapes = shapes;
    }

    /// <summary>The layers in running order and the name of the value that is the graph's output.</summary>
    public static (IReadOnlyList<Layer> Layers, string Output) Run(Graph graph, IReadOnlyDictionary<string, TensorShape> shapes)
    {
        LayerFusion fusion = new(graph, shapes);
        List<Node> nodes = [.. graph.Cut(graph.Outputs[0]).Nodes];
        fusion._uses[graph.Outputs[0]] = 1;
        foreach (string input in nodes.SelectMany(n => n.Inputs))
            fusion._uses[input] = fusion._uses.GetValueOrDefault(input) + 1;
        for (int i = 0; i < nodes.Count; i++)
            if (ColorConstancyLayer.Match(nodes, i, graph.Parameters, fusion._uses) is { } constancy)
            {
                fusion._uses[constancy.Input] -= 2;
                fusion.Append(constancy);
                i += ColorConstancyLayer.Length - 1;
            }
            else
                fusion.Take(nodes[i]);
        return (fusion._layers, fusion.Resolve(graph.Outputs[0]));
    }

    private void Take(Node node)
    {
        bool taken = node.Outputs.Count(o => o.Length > 0) == 1 && node.Outputs[0].Length > 0 && node.Operator.OpType switch
        {
            "Identity" or "Dropout" => Bypass(node),
            "Conv" => Convolution(node),
            "BatchNormalization" => Normalization(node),
            "Add" or "Sub" or "Mul" or "Div" => Arithmetic(node),
            "Sum" => node.Inputs.Count == 2 && Combine(node, Resolve(node.Inputs[0]), Resolve(node.Inputs[1]), isProduct: false),
            "Relu" => Activate(node, Activation.Relu),
            "Clip" => node.Operator is Clip clip && Activate(node, new Activation(ActivationKind.Clip, clip.Min, clip.Max)),
            "Sigmoid" => Activate(node, new Activation(ActivationKind.Sigmoid)),
            "Swish" => node.Operator.Attributes.Float("alpha", 1) == 1 && Activate(node, new Activation(ActivationKind.Silu)),
            "HardSigmoid" =>
                Activate(node,
                    new Activation(ActivationKind.HardSigmoid, node.Operator.Attributes.Float("alpha", 0.2f), node.Operator.Attributes.Float("beta", 0.5f))),
            "HardSwish" => Activate(node, new Activation(ActivationKind.HardSwish, 1 / 6f, 0.5f)),
            "LeakyRelu" => Activate(node, new Activation(ActivationKind.LeakyRelu, node.Operator.Attributes.Float("alpha", 0.01f))),
            "Gelu" => node.Operator is Gelu { IsTanh: false } && Activate(node, new Activation(ActivationKind.Gelu)),
            "Transpose" => ChannelNormalization(node),
            "MaxPool" or "AveragePool" => Pooling(node),
            "GlobalAveragePool" or "GlobalMaxPool" => GlobalPooling(node, node.Operator.OpType == "GlobalMaxPool"),
            "ReduceMean" => Mean(node),
            "Concat" => Concatenation(node),
            "Gemm" => Gemm(node),
            "MatMul" => MatMul(node),
            "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" => Reshape(node),
            "Softmax" => Softmax(node),
            _ => false,
        };
        if (!taken)
            Append(new NodeLayer(Renamed(node)) { Output = node.Outputs.FirstOrDefault(o => o.Length > 0, "") });
    }

    /// <summary>The node reading the values that remain after removed Identity and Dropout nodes.</summary>
    private Node Renamed(Node node) => node with { Inputs = [.. node.Inputs.Select(Resolve)] };

    private string Resolve(string value)
    {
        while (_alias.TryGetValue(value, out string? other))
            value = other;
        return value;
    }

    private TensorShape Shape(string value) => _shapes[value];

    private bool IsParameter(string value) => _graph.Parameters.ContainsKey(value);

    private bool UsedOnce(string value) => _uses.GetValueOrDefault(value) == 1;

    private TLayer? Maker<TLayer>(string value) where TLayer : Layer => _makers.GetValueOrDefault(value) as TLayer;

    private bool Append(Layer layer)
    {
        _layers.Add(layer);
        if (layer is NodeLayer node)
            foreach (string output in node.Node.Outputs)
                _makers[output] = layer;
        else
            _makers[layer.Output] = layer;
        return true;
    }

    /// <summary>Lets <paramref name="layer"/> make <paramref name="output"/> instead of what it made before.</summary>
    private bool Extend(Layer layer, string output)
    {
        _makers.Remove(layer.Output);
        layer.Output = output;
        _makers[output] = layer;
        return true;
    }

    private void Remove(Layer layer)
    {
        _layers.Remove(layer);
        _makers.Remove(layer.Output);
    }

    private bool Bypass(Node node)
    {
        string input = Resolve(node.Inputs[0]), output = node.Outputs[0];
        if (IsParameter(input))
            return false;
        _alias[output] = input;
        _uses[input] = _uses[input] - 1 + _uses.GetValueOrDefault(output);
        return true;
    }

    private bool Convolution(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        if (node.Operator is not Conv conv || Shape(input).Rank != 4 || !_graph.Parameters.TryGetValue(node.Inputs[1], out Tensor? weights))
            return false;
        float[] bias = new float[weights.Shape[0]];
        string biasName = node.Inputs.Count > 2 ? node.Inputs[2] : "";
        if (biasName.Length > 0)
        {
            if (!_graph.Parameters.TryGetValue(biasName, out Tensor? given))
                return false;
            given.Values.CopyTo(bias);
        }
        ConvolutionLayer layer = new()
        {
            Output = node.Outputs[0],
            Input = input,
            Weights = weights,
            Key = $"{node.Inputs[1]}|{biasName}|{conv.Group}",
            Group = conv.Group,
            Window = conv.Fit(Shape(input), weights.Shape),
            Bias = bias,
        };
        if (Maker<NodeLayer>(input) is { } pad && UsedOnce(input) && ZeroPad(pad.Node) is { } pads)
        {
            Remove(pad);
            layer.Input = pad.Node.Inputs[0];
            Window w = layer.Window;
            layer.Window = w with
            {
                InH = Shape(layer.Input)[2],
                InW = Shape(layer.Input)[3],
                PadTop = w.PadTop + pads[0],
                PadLeft = w.PadLeft + pads[1],
                PadBottom = w.PadBottom + pads[2],
                PadRight = w.PadRight + pads[3]
            };
        }
        if (layer.IsFirstConvolution && Maker<AffineLayer>(layer.Input) is { } affine && UsedOnce(layer.Input) && affine.Activation.IsNone)
        {
            Remove(affine);
            layer.Input = affine.Input;
            layer.InputAffine = (affine.Scale, affine.Shift);
        }
        return Append(layer);
    }

    /// <summary>Top, left, bottom, right of a Pad node that adds zeros around images only; null for any other node.</summary>
    private int[]? ZeroPad(Node node)
    {
        if (node.Operator.OpType != "Pad" || node.Inputs.Count != 1 || IsParameter(node.Inputs[0]) || Shape(node.Inputs[0]).Rank != 4)
            return null;
        OperatorAttributes attributes = node.Operator.Attributes;
        long[]? pads = attributes.ConstantInts(1);
        if (attributes.Text("mode", "constant") != "constant" || pads?.Length != 8 || attributes.ConstantInputs.ContainsKey(3)
            || (attributes.ConstantInputs.ContainsKey(2) && attributes.ConstantFloat(2) != 0))
            return null;
        return pads[0] == 0 && pads[1] == 0 && pads[4] == 0 && pads[5] == 0 && pads.All(p => p >= 0)
            ? [(int)pads[2], (int)pads[3], (int)pads[6], (int)pads[7]] : null;
    }

    private bool Normalization(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        Tensor?[] given = [.. node.Inputs.Skip(1).Select(i => _graph.Parameters.GetValueOrDefault(i))];
        if (Shape(input).Rank != 4 || IsParameter(input) || given.Length != 4 || given.Contains(null))
            return false;
        float epsilon = node.Operator.Attributes.Float("epsilon", 1e-5f);
        float[] scale = new float[Shape(input)[1]], shift = new float[scale.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = given[0]!.Values[c] / Math.Sqrt((double)given[3]!.Values[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(given[1]!.Values[c] - given[2]!.Values[c] * factor);
        }
        return Affine(input, node.Outputs[0], scale, shift);
    }

    /// <summary>Transpose to channels last, LayerNormalization over them, Transpose back.</summary>
    private bool ChannelNormalization(Node node)
    {
        string normalized = Resolve(node.Inputs[0]);
        if (node.Operator is not Transpose back || Shape(node.Outputs[0]).Rank != 4 || !back.Order(4).SequenceEqual([0, 3, 1, 2]) || !UsedOnce(normalized)
            || Maker<NodeLayer>(normalized) is not { Node.Operator: LayerNormalization layer } norm || layer.Axis is not (-1 or 3)
            || norm.Node.Outputs.Skip(1).Any(o => o.Length > 0) || !UsedOnce(norm.Node.Inputs[0])
            || Maker<NodeLayer>(norm.Node.Inputs[0]) is not { Node.Operator: Transpose there } first || !there.Order(4).SequenceEqual([0, 2, 3, 1])
            || IsParameter(first.Node.Inputs[0]))
            return false;
        Tensor?[] given = [.. norm.Node.Inputs.Skip(1).Where(i => i.Length > 0).Select(i => _graph.Parameters.GetValueOrDefault(i))];
        if (given.Contains(null))
            return false;
        Remove(norm);
        Remove(first);
        float[] scale = given[0]!.Values.ToArray();
        return Append(new ChannelNormalizationLayer
        {
            Output = node.Outputs[0],
            Input = first.Node.Inputs[0],
            Scale = scale,
            Shift = given.Length > 1 ? given[1]!.Values.ToArray() : new float[scale.Length],
            Epsilon = layer.Epsilon
        });
    }

    /// <summary>Applies y = x · scale + shift per channel: folded into the layer that makes x where that is allowed, else as a layer of its own.</summary>
    private bool Affine(string input, string output, float[] scale, float[] shift)
    {
        if (UsedOnce(input) && Maker<ConvolutionLayer>(input) is { Residual: null, Activation.IsNone: true } conv)
        {
            conv.Scale = conv.Scale is null ? scale : [.. conv.Scale.Zip(scale, (a, b) => a * b)];
            conv.Bias = [.. conv.Bias.Select((b, c) => b * scale[c] + shift[c])];
            conv.Key += "|" + output;
            return Extend(conv, output);
        }
        if (UsedOnce(input) && Maker<AffineLayer>(input) is { Activation.IsNone: true } affine)
        {
            affine.Shift = [.. affine.Shift.Select((b, c) => b * scale[c] + shift[c])];
            affine.Scale = [.. affine.Scale.Zip(scale, (a, b) => a * b)];
            return Extend(affine, output);
        }
        return Append(new AffineLayer { Output = output, Input = input, Scale = scale, Shift = shift });
    }

    private bool Activate(Node node, Activation activation)
    {
        string input = Resolve(node.Inputs[0]);
        if (IsParameter(input))
            return false;
        if (UsedOnce(input) && _makers.GetValueOrDefault(input) is { TakesActivation: true, Activation.IsNone: true } layer)
        {
            layer.Activation = activation;
            return Extend(layer, node.Outputs[0]);
        }
        return Shape(input).Rank == 4 && Append(new ActivationLayer { Output = node.Outputs[0], Input = input, Activation = activation });
    }
}
