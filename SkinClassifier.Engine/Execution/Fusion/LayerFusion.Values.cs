using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Fusion;

/// <content>Arithmetic, pooling, dense layers and shapes.</content>
internal sealed partial class LayerFusion
{
    private bool Arithmetic(Node node)
    {
        string a = Resolve(node.Inputs[0]), b = Resolve(node.Inputs[1]), output = node.Outputs[0], type = node.Operator.OpType;
        if (IsParameter(a) && IsParameter(b))
            return false;
        if (!IsParameter(a) && !IsParameter(b))
            return type is "Add" or "Mul" && Combine(node, a, b, type == "Mul");
        (string x, string constant) = IsParameter(b) ? (a, b) : (b, a);
        if (Shape(output) != Shape(x))
            return false;
        if (PerChannel(_graph.Parameters[constant], Shape(x)) is not { } values)
            return false;
        if (Shape(x).Rank == 2)
            return type == "Add" && DenseBias(x, output, values);
        float[] zeros = new float[values.Length], ones = [.. values.Select(_ => 1f)];
        return (type, x == a) switch
        {
            ("Add", _) => Affine(x, output, ones, values),
            ("Sub", true) => Affine(x, output, ones, [.. values.Select(v => -v)]),
            ("Sub", false) => Affine(x, output, [.. values.Select(_ => -1f)], values),
            ("Mul", _) => Affine(x, output, values, zeros),
            ("Div", true) => values.All(v => float.IsNormal(v) && float.IsNormal(1 / v)) && Affine(x, output, [.. values.Select(v => 1 / v)], zeros),
            _ => false,
        };
    }

    /// <summary>One number for each channel (axis 1) of x, or null when the constant varies along other axes or x is neither an image nor a matrix.</summary>
    private static float[]? PerChannel(Tensor constant, TensorShape x)
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

    private bool DenseBias(string x, string output, float[] values)
    {
        if (!UsedOnce(x) || Maker<DenseLayer>(x) is not { Activation.IsNone: true } dense)
            return false;
        dense.Bias = [.. dense.Bias.Zip(values, (a, b) => a + b)];
        dense.Key += "|" + output;
        return Extend(dense, output);
    }

    private bool Combine(Node node, string a, string b, bool isProduct)
    {
        string output = node.Outputs[0];
        if (IsParameter(a) || IsParameter(b) || Shape(output).Rank != 4)
            return false;
        if (isProduct && (Gate(a, b, output) || Gate(b, a, output)))
            return true;
        if (Shape(a) == Shape(b))
        {
            if (!isProduct && a != b && Residual(a, b, output))
                return true;
            return Append(new CombineLayer { Output = output, Left = a, Right = b, IsProduct = isProduct, PerChannel = false });
        }
        if (!isProduct)
            return false;
        if (Shape(a) != Shape(output))
            (a, b) = (b, a);
        TensorShape full = Shape(output), factor = Shape(b);
        return Shape(a) == full && factor == new TensorShape(full[0], full[1], 1, 1)
            && Append(new CombineLayer { Output = output, Left = a, Right = b, IsProduct = true, PerChannel = true });
    }

    /// <summary>x · Sigmoid(x) is SiLU, x · HardSigmoid(x) is hard-swish.</summary>
    private bool Gate(string x, string gate, string output)
    {
        if (Maker<ActivationLayer>(gate) is not { } layer || layer.Input != x || !UsedOnce(gate))
            return false;
        Activation? joined = layer.Activation.Kind switch
        {
            ActivationKind.Sigmoid => new Activation(ActivationKind.Silu),
            ActivationKind.HardSigmoid => layer.Activation with { Kind = ActivationKind.HardSwish },
            _ => null,
        };
        if (joined is null)
            return false;
        Remove(layer);
        _uses[x]--;
        if (UsedOnce(x) && _makers.GetValueOrDefault(x) is { TakesActivation: true, Activation.IsNone: true } maker)
        {
            maker.Activation = joined.Value;
            return Extend(maker, output);
        }
        return Append(new ActivationLayer { Output = output, Input = x, Activation = joined.Value });
    }

    /// <summary>Adds the other operand inside the convolution that runs later, when its result is used nowhere else.</summary>
    private bool Residual(string a, string b, string output)
    {
        int indexA = _makers.TryGetValue(a, out Layer? makerA) ? _layers.IndexOf(makerA) : -1;
        int indexB = _makers.TryGetValue(b, out Layer? makerB) ? _layers.IndexOf(makerB) : -1;
        (string own, string other) = indexA > indexB ? (a, b) : (b, a);
        if (!UsedOnce(own) || Maker<ConvolutionLayer>(own) is not { Residual: null, Activation.IsNone: true } conv)
            return false;
        conv.Residual = other;
        return Extend(conv, output);
    }

    private bool Pooling(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        if (Shape(input).Rank != 4 || IsParameter(input))
            return false;
        return node.Operator switch
        {
            MaxPool max => Append(new PoolingLayer { Output = node.Outputs[0], Input = input, Window = max.Fit(Shape(input)), IsMax = true }),
            AveragePool average =>
                Append(new PoolingLayer
                {
                    Output = node.Outputs[0],
                    Input = input,
                    Window = average.Fit(Shape(input)),
                    IsMax = false,
                    CountIncludePad = average.CountIncludePad
                }),
            _ => false,
        };
    }

    private bool GlobalPooling(Node node, bool isMax)
    {
        string input = Resolve(node.Inputs[0]);
        return Shape(input).Rank == 4 && !IsParameter(input) && Shape(node.Outputs[0]).Rank == 4
            && Append(new GlobalPoolingLayer { Output = node.Outputs[0], Input = input, IsMax = isMax });
    }

    /// <summary>ReduceMean over rows and columns. Without keepdims the [N,C,1,1] result is renamed and reshaped.</summary>
    private bool Mean(Node node)
    {
        string input = Resolve(node.Inputs[0]), output = node.Outputs[0];
        OperatorAttributes attributes = node.Operator.Attributes;
        long[]? axes = attributes.ConstantInts(1) ?? attributes.Ints("axes");
        if (node.Inputs.Count != 1 || IsParameter(input) || Shape(input).Rank != 4 || axes?.Length != 2
            || !axes.Select(x => x < 0 ? x + 4 : x).Order().SequenceEqual([2L, 3L]))
            return false;
        if (Shape(output).Rank == 4)
            return Append(new GlobalPoolingLayer { Output = output, Input = input, IsMax = false });
        string kept = output + "\n[N,C,1,1]"; // no value of a graph is named so
        if (_shapes is not Dictionary<string, TensorShape> shapes)
            return false;
        shapes[kept] = new TensorShape(Shape(input)[0], Shape(input)[1], 1, 1);
        _uses[kept] = 1;
        Append(new GlobalPoolingLayer { Output = kept, Input = input, IsMax = false });
        return Append(new ReshapeLayer { Output = output, Input = kept });
    }

    private bool Concatenation(Node node)
    {
        string[] parts = [.. node.Inputs.Select(Resolve)];
        long axis = node.Operator.Attributes.Int("axis", 0);
        return Shape(node.Outputs[0]).Rank == 4 && axis is 1 or -3 && !parts.Any(IsParameter)
            && Append(new ConcatLayer { Output = node.Outputs[0], Parts = parts });
    }

    private bool Gemm(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        if (node.Operator is not Gemm gemm || gemm.TransA || IsParameter(input) || !_graph.Parameters.TryGetValue(node.Inputs[1], out Tensor? weights))
            return false;
        float[] bias = new float[Shape(node.Outputs[0])[1]];
        string biasName = node.Inputs.Count > 2 ? node.Inputs[2] : "";
        if (biasName.Length > 0)
        {
            if (!_graph.Parameters.TryGetValue(biasName, out Tensor? given) || PerChannel(given, Shape(node.Outputs[0])) is not { } values)
                return false;
            bias = [.. values.Select(v => v * gemm.Beta)];
        }
        return Append(new DenseLayer
        {
            Output = node.Outputs[0],
            Input = input,
            Weights = weights,
            KByM = !gemm.TransB,
            Alpha = gemm.Alpha,
            Bias = bias,
            Key = $"{node.Inputs[1]}|{biasName}|{node.Name}|gemm"
        });
    }

    private bool MatMul(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        if (Shape(input).Rank != 2 || IsParameter(input) || !_graph.Parameters.TryGetValue(node.Inputs[1], out Tensor? weights) || weights.Shape.Rank != 2)
            return false;
        return Append(new DenseLayer
        {
            Output = node.Outputs[0],
            Input = input,
            Weights = weights,
            KByM = true,
            Bias = new float[weights.Shape[1]],
            Key = $"{node.Inputs[1]}|matmul"
        });
    }

    private bool Reshape(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        return node.Inputs.Count == 1 && !IsParameter(input) && Append(new ReshapeLayer { Output = node.Outputs[0], Input = input });
    }

    private bool Softmax(Node node)
    {
        string input = Resolve(node.Inputs[0]);
        int rank = Shape(input).Rank;
        return node.Operator is Softmax softmax && rank > 0 && !IsParameter(input) && (softmax.Axis < 0 ? softmax.Axis + rank : softmax.Axis) == rank - 1
            && Append(new SoftmaxLayer { Output = node.Outputs[0], Input = input });
    }
}
