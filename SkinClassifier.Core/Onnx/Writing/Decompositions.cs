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

    /// <summary>x · tanh(softplus(x)).</summary>
    public static void Mish(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string soft = scope.Emit(node, "Softplus", "softplus", node.Input(0)), gate = scope.Emit(node, "Tanh", "tanh", soft);
        scope.Emit(new FileNode("Mul", node.Name, [node.Input(0), gate], node.Outputs));
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
        string centred = scope.Emit(node, "Sub", "centred", x, mean), square = scope.Emit(node, "Mul", "square", centred, centred);
        string variance = scope.Emit(node, "ReduceMean", "variance", ("axes", axes), square);
        string shifted = scope.Emit(node, "Add", "shifted", variance, Number(node, scope, "epsilon", node.Float("epsilon", 1e-5f)));
        string normal = scope.Emit(node, "Div", "normal", centred, scope.Emit(node, "Sqrt", "deviation", shifted));
        bool hasBias = node.Input(2).Length > 0;
        if (hasBias)
            scope.Emit(new FileNode("Add", node.Name, [scope.Emit(node, "Mul", "product", normal, node.Input(1)), node.Input(2)], [node.Outputs[0]]));
        else
            scope.Emit(new FileNode("Mul", node.Name, [normal, node.Input(1)], [node.Outputs[0]]));
        if (node.Outputs.Count > 1)
            throw scope.Unsupported(node, "mean and deviation as outputs need opset 17 or newer.");
    }

    /// <summary>Instance normalisation of the groups, laid out as channels.</summary>
    public static void GroupNormalization(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset >= since)
        {
            scope.Emit(node);
            return;
        }
        string x = node.Input(0), grouped = scope.Emit(node, "Reshape", "groups", x, scope.Constant(node, "grouping", OnnxTensor.Ints(0, node.Int("num_groups", 1), -1)));
        string normal = scope.Emit(node, "InstanceNormalization", "normal", ("epsilon", node.Float("epsilon", 1e-5f)), grouped, node.Input(1), node.Input(2));
        scope.Emit(new FileNode("Reshape", node.Name, [normal, scope.Emit(node, "Shape", "shape", x)], node.Outputs));
    }

    private static string Number(FileNode node, ExportScope scope, string suffix, float value) => scope.Constant(node, suffix, OnnxTensor.Float(value));
}
