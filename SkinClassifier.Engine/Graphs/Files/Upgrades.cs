using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Files;

/// <summary>
/// What several operators share when older opsets are brought to opset 20. Each operator's own changes stand in its file.
/// Source: https://github.com/onnx/onnx/blob/main/docs/Changelog.md
/// </summary>
internal static class Upgrades
{
    /// <summary>axes is an attribute up to the opset before <paramref name="since"/>, constant input 1 from then on.</summary>
    public static Action<FileNode, UpgradeScope> Axes(long since) => (node, scope) =>
    {
        if (scope.Opset < since)
            scope.AttributeToInput(node, "axes", 1);
        scope.Emit(node);
    };

    /// <summary>Up to opset 6 the second operand is laid over the first from an axis on.</summary>
    public static void OldBroadcast(FileNode node, UpgradeScope scope)
    {
        bool broadcast = node.Take("broadcast") is 1L;
        if (node.Take("axis") is long axis && broadcast && scope.Opset < 7)
        {
            TensorShape a = scope.Shape(node, 0), b = scope.Shape(node, 1);
            long behind = a.Rank - (axis < 0 ? axis + a.Rank : axis) - b.Rank;
            if (behind < 0)
            {
                scope.Damaged(node, $"axis {axis} does not fit values of shapes {a} and {b}.");
                return;
            }
            if (behind > 0)
                AxesBehind(node, scope, 1, b, (int)behind);
        }
        scope.Emit(node);
    }

    /// <summary>Drops all outputs but the first, which must be the only one that is used.</summary>
    public static void KeepFirstOutput(FileNode node, UpgradeScope scope)
    {
        if (node.Outputs.Skip(1).FirstOrDefault(scope.IsUsed) is string used)
        {
            scope.Unsupported(node, $"its further output '{used}' is used, which is not supported. Export the model for inference.");
            return;
        }
        if (node.Outputs.Count > 1)
            node.Outputs.RemoveRange(1, node.Outputs.Count - 1);
        scope.Emit(node);
    }

    /// <summary>Gives an input so many axes of length 1 behind its own.</summary>
    public static void AxesBehind(FileNode node, UpgradeScope scope, int input, TensorShape shape, int ones)
    {
        string axes = scope.Constant(node, "axes", OnnxTensor.Ints([.. Enumerable.Range(shape.Rank, ones).Select(i => (long)i)])),
            wide = scope.Fresh(node, "wide");
        scope.Emit(new FileNode("Unsqueeze", $"{node.Name}/Unsqueeze", [node.Input(input), axes], [wide]));
        node.SetInput(input, wide);
    }

    /// <summary>Upsample of opset 7 to 9: Resize with asymmetric coordinates.</summary>
    public static void Upsample(FileNode node, UpgradeScope scope)
    {
        string scales =
            node.Take("scales") is float[] values ? scope.Constant(node, "scales", new OnnxTensor(new TensorShape(values.Length), values)) : node.Input(1);
        if (scales.Length == 0)
        {
            scope.Unsupported(node, "an Upsample without scales is not supported. Export the model with opset 11 or newer.");
            return;
        }
        scope.Emit(new FileNode("Resize", node.Name, [node.Input(0), "", scales], node.Outputs)
        {
            Attributes = { ["mode"] = node.Text("mode", "nearest"), ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "floor" },
        });
    }

    /// <summary>Mean: a sum and a product.</summary>
    public static void Mean(FileNode node, UpgradeScope scope)
    {
        string sum = scope.Fresh(node, "sum");
        scope.Emit(new FileNode("Sum", $"{node.Name}/Sum", node.Inputs, [sum]));
        scope.Emit(new FileNode("Mul", node.Name, [sum, scope.Constant(node, "share", OnnxTensor.Float(1f / Math.Max(1, node.Inputs.Count)))], node.Outputs));
    }
}
