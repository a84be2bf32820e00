using SkinClassifier.Onnx.Reading;

namespace SkinClassifier.Onnx.Writing;

/// <summary>Newer operators said with older ones. Every function takes the opset in which the operator appeared.</summary>
internal static class Decompositions
{
    /// <summary>x · HardSigmoid(x; 1/6, 1/2).</summary>
    public static void HardSwish(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string x = node.Input(0), gate = scope.Fresh($"{node.Name}/gate");
        scope.Emit(new FileNode("HardSigmoid", gate, [x], [gate]) { Attributes = { ["alpha"] = 1f / 6, ["beta"] = 0.5f } });
        scope.Emit(new FileNode("Mul", node.Name, [x, gate], node.Outputs));
    }

    /// <summary>x · Sigmoid(alpha · x); no opset up to 20 has it.</summary>
    public static void Swish(FileNode node, ExportScope scope)
    {
        string x = node.Input(0),
            inner = node.Float("alpha", 1) is not 1f and float alpha ? scope.Emit(node, "Mul", "scaled", x, Number(node, scope, "alpha", alpha)) : x;
        scope.Emit(new FileNode("Mul", node.Name, [x, scope.Emit(node, "Sigmoid", "gate", inner)], node.Outputs));
    }

    /// <summary>x · tanh(ln(1 + eˣ)).</summary>
    public static void Mish(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string gate = scope.Emit(node, "Tanh", "gate", scope.Emit(node, "Softplus", "softplus", node.Input(0)));
        scope.Emit(new FileNode("Mul", node.Name, [node.Input(0), gate], node.Outputs));
    }

    /// <summary>Before opset 11 there is only mode DCR; CRD becomes Reshape, Transpose, Reshape, where the image size is fixed.</summary>
    public static void DepthToSpace(FileNode node, ExportScope scope)
    {
        if (scope.Opset >= 11 || node.Take("mode") is not "CRD")
        {
            scope.Emit(node);
            return;
        }
        if (!scope.HasFixedSides)
            throw scope.Unsupported(node, "mode CRD needs opset 11 or newer, or a network with a fixed image size.");
        Tensors.TensorShape x = scope.Shape(node.Input(0));
        long size = node.Int("blocksize", 1), channels = x[1] / (size * size);
        string blocks =
            scope.Emit(node, "Reshape", "blocks", node.Input(0), scope.Constant(node, "blocks", OnnxTensor.Ints(0, channels, size, size, x[2], x[3])));
        string turned = scope.Emit(node, "Transpose", "turned", ("perm", new long[] { 0, 1, 4, 2, 5, 3 }), blocks);
        scope.Emit(
            new FileNode("Reshape", node.Name, [turned, scope.Constant(node, "size", OnnxTensor.Ints(0, channels, x[2] * size, x[3] * size))], node.Outputs));
    }

    /// <summary>x/2 · (1 + erf(x/√2)), or with tanh when approximate.</summary>
    public static void Gelu(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string x = node.Input(0), curve;
        if (node.Text("approximate", "none") == "tanh")
        {
            string square = scope.Emit(node, "Mul", "square", x, x), cube = scope.Emit(node, "Mul", "cube", square, x);
            string small = scope.Emit(node, "Mul", "small", cube, Number(node, scope, "c", 0.044715f)), sum = scope.Emit(node, "Add", "sum", x, small);
            curve = scope.Emit(node, "Tanh", "tanh", scope.Emit(node, "Mul", "inner", sum, Number(node, scope, "k", 0.7978845608f)));
        }
        else
            curve = scope.Emit(node, "Erf", "erf", scope.Emit(node, "Div", "scaled", x, Number(node, scope, "root", 1.41421356237f)));
        string one = scope.Emit(node, "Add", "plus", curve, Number(node, scope, "one", 1)), product = scope.Emit(node, "Mul", "product", x, one);
        scope.Emit(new FileNode("Mul", node.Name, [product, Number(node, scope, "half", 0.5f)], node.Outputs));
    }

    /// <summary>(x − mean) / √(variance + epsilon) · scale + bias over the axes from axis on.</summary>
    public static void LayerNormalization(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        int rank = scope.Rank(node.Input(0));
        long axis = node.Int("axis", -1);
        long[] axes = [.. Enumerable.Range(0, rank).Select(i => (long)i).Where(i => i >= (axis < 0 ? axis + rank : axis))];
        string x = node.Input(0), mean = scope.Emit(node, "ReduceMean", "mean", ("axes", axes), x);
        string centerd = scope.Emit(node, "Sub", "centerd", x, mean), square = scope.Emit(node, "Mul", "square", centerd, centerd);
        string variance = scope.Emit(node, "ReduceMean", "variance", ("axes", axes), square);
        string shifted = scope.Emit(node, "Add", "shifted", variance, Number(node, scope, "epsilon", node.Float("epsilon", 1e-5f)));
        string normal = scope.Emit(node, "Div", "normal", centerd, scope.Emit(node, "Sqrt", "deviation", shifted));
        bool hasBias = node.Input(2).Length > 0;
        if (hasBias)
            scope.Emit(new FileNode("Add", node.Name, [scope.Emit(node, "Mul", "product", normal, node.Input(1)), node.Input(2)], [node.Outputs[0]]));
        else
            scope.Emit(new FileNode("Mul", node.Name, [normal, node.Input(1)], [node.Outputs[0]]));
        if (node.Outputs.Count > 1)
            throw scope.Unsupported(node, "mean and deviation as outputs need opset 17 or newer.");
    }

    /// <summary>Before opset 18 instance normalization of the groups, laid out as channels; scale and bias per channel (opset 21) become Mul and Add.</summary>
    public static void GroupNormalization(FileNode node, ExportScope scope, int since)
    {
        int groups = (int)node.Int("num_groups", 1);
        bool perChannel = scope.Shape(node.Input(1))[0] != groups;
        if (scope.Opset >= since && !perChannel)
        {
            scope.Emit(node);
            return;
        }
        string x = node.Input(0), scale = node.Input(1), bias = node.Input(2);
        if (perChannel)
        {
            float[] ones = new float[groups];
            Array.Fill(ones, 1);
            scale = scope.Constant(node, "one", new OnnxTensor(new Tensors.TensorShape(groups), ones));
            bias = scope.Constant(node, "zero", new OnnxTensor(new Tensors.TensorShape(groups), new float[groups]));
        }
        string normal;
        if (scope.Opset >= since)
        {
            normal = scope.Fresh($"{node.Name}/normal");
            scope.Emit(new FileNode("GroupNormalization", normal, [x, scale, bias], [normal]) { Attributes = node.Attributes });
        }
        else
        {
            string grouped = scope.Emit(node, "Reshape", "groups", x, scope.Constant(node, "grouping", OnnxTensor.Ints(0, groups, -1)));
            string rows = scope.Emit(node, "InstanceNormalization", "rows", ("epsilon", node.Float("epsilon", 1e-5f)), grouped, scale, bias);
            normal = scope.Emit(node, "Reshape", "normal", rows, scope.Emit(node, "Shape", "shape", x));
        }
        if (!perChannel)
        {
            scope.Emit(new FileNode("Identity", node.Name, [normal], node.Outputs));
            return;
        }
        string wide = scope.Constant(node, "wide", OnnxTensor.Ints([-1, .. Enumerable.Repeat(1L, scope.Rank(x) - 2)]));
        string scaled = scope.Emit(node, "Mul", "scaled", normal, scope.Emit(node, "Reshape", "scale", node.Input(1), wide));
        scope.Emit(new FileNode("Add", node.Name, [scaled, scope.Emit(node, "Reshape", "bias", node.Input(2), wide)], node.Outputs));
    }

    private static string Number(FileNode node, ExportScope scope, string suffix, float value) => scope.Constant(node, suffix, OnnxTensor.Float(value));
}
