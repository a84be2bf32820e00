using System.Collections.Frozen;
using SkinClassifier.Tensors;

namespace SkinClassifier.Onnx.Reading;

/// <summary>
/// Rewrites nodes of any opset in the terms of opset 20: attributes that became inputs, changed defaults, operators that were
/// replaced or came later. Source: https://github.com/onnx/onnx/blob/main/docs/Changelog.md
/// </summary>
internal static class OpsetUpgrade
{
    private static readonly FrozenDictionary<string, Action<FileNode, UpgradeScope>> _rewrites =
        new Dictionary<string, Action<FileNode, UpgradeScope>>(StringComparer.Ordinal)
        {
            ["Add"] = OldBroadcast,
            ["BatchNormalization"] = BatchNormalization,
            ["Cast"] = CastTarget,
            ["Clip"] = Clip,
            ["Concat"] = Concat,
            ["Div"] = OldBroadcast,
            ["Dropout"] = Dropout,
            ["Gemm"] = (node, scope) => { node.Take("broadcast"); scope.Emit(node); },
            ["Gather"] = Gather,
            ["LogSoftmax"] = Softmax,
            ["MaxPool"] = KeepFirstOutput,
            ["Mean"] = Mean,
            ["Mul"] = OldBroadcast,
            ["PRelu"] = PRelu,
            ["Pad"] = Pad,
            ["Pow"] = OldBroadcast,
            ["ReduceL1"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceL2"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceMax"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceMean"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceMin"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceProd"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceSum"] = (node, scope) => Axes(node, scope, 13),
            ["ReduceSumSquare"] = (node, scope) => Axes(node, scope, 18),
            ["Reshape"] = (node, scope) => { scope.AttributeToInput(node, "shape", 1); scope.Emit(node); },
            ["Resize"] = Resize,
            ["Slice"] = Slice,
            ["Softmax"] = Softmax,
            ["Split"] = Split,
            ["Squeeze"] = (node, scope) => Axes(node, scope, 13),
            ["Sub"] = OldBroadcast,
            ["Unsqueeze"] = (node, scope) => Axes(node, scope, 13),
            ["Upsample"] = Upsample,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Operators that are always rewritten into others.</summary>
    public static bool Replaces(string opType) => opType is "Mean" or "Upsample";

    /// <summary>Hands the node, or the nodes that take its place, to <see cref="UpgradeScope.Emit"/>.</summary>
    public static void Run(FileNode node, UpgradeScope scope)
    {
        node.Take("consumed_inputs");
        if (_rewrites.TryGetValue(node.OpType, out Action<FileNode, UpgradeScope>? rewrite))
            rewrite(node, scope);
        else
            scope.Emit(node);
    }

    private static void Axes(FileNode node, UpgradeScope scope, long since)
    {
        if (scope.Opset < since)
            scope.AttributeToInput(node, "axes", 1);
        scope.Emit(node);
    }

    private static void Clip(FileNode node, UpgradeScope scope)
    {
        // Up to opset 10 the bounds are attributes.
        for (int i = 1; i <= 2; i++)
            if (node.Take(i == 1 ? "min" : "max") is float bound)
                node.SetInput(i, scope.Constant(node, i == 1 ? "min" : "max", OnnxTensor.Float(bound)));
        scope.Emit(node);
    }

    private static void Dropout(FileNode node, UpgradeScope scope)
    {
        node.Take("is_test");
        node.Take("seed");
        if (node.Take("ratio") is float ratio)
            node.SetInput(1, scope.Constant(node, "ratio", OnnxTensor.Float(ratio)));
        if (node.Input(2).Length > 0)
        {
            // A training step of ours drops and prediction does not, whatever the file says; a file that drops while it predicts is another thing.
            if (scope.Known(node, 2) is not { Count: 1 } training)
                throw scope.Unsupported(node, "its training_mode is computed while the network runs, which is not supported. Export the model for inference.");
            if (training.AsIntegers()[0] != 0 && scope.Known(node, 1)?.AsFloats() is not [0f])
                throw scope.Unsupported(node, "training_mode = true drops values while predicting. Export the model for inference (model.eval()).");
            node.Inputs.RemoveRange(2, node.Inputs.Count - 2);
        }
        KeepFirstOutput(node, scope);
    }

    private static void BatchNormalization(FileNode node, UpgradeScope scope)
    {
        node.Take("is_test");
        if (node.Take("training_mode") is 1L)
            throw scope.Unsupported(
                node, "training_mode = 1 normalizes by the statistics of the batch while predicting. Export the model for inference (model.eval()).");
        if (node.Take("spatial") is 0L)
            throw scope.Unsupported(node, "spatial = 0 (statistics per pixel) is not supported. Export the model with opset 9 or newer.");
        KeepFirstOutput(node, scope);
    }

    private static void KeepFirstOutput(FileNode node, UpgradeScope scope)
    {
        if (node.Outputs.Skip(1).FirstOrDefault(scope.IsUsed) is string used)
            throw scope.Unsupported(node, $"its further output '{used}' is used, which is not supported. Export the model for inference.");
        if (node.Outputs.Count > 1)
            node.Outputs.RemoveRange(1, node.Outputs.Count - 1);
        scope.Emit(node);
    }

    private static void Gather(FileNode node, UpgradeScope scope)
    {
        if (scope.Known(node, 1) is not { Shape.Rank: > 1 } table)
        {
            scope.Emit(node);
            return;
        }
        // The operator takes a list of indices; a table is its list, and the result is put into shape again.
        TensorShape shape = scope.Shape(node, 0);
        long axis = node.Int("axis", 0);
        int at = (int)(axis < 0 ? axis + shape.Rank : axis);
        if (at < 0 || at >= shape.Rank)
            throw scope.Damaged(node, $"axis {axis} does not fit a value of shape {shape}.");
        string list = scope.Fresh(node, "list");
        scope.Emit(new FileNode("Gather", node.Name, [node.Input(0),
            scope.Constant(node, "indices", new OnnxTensor(new TensorShape(table.Shape.ElementCount), table.AsIntegers()))],
            [list])
        { Attributes = { ["axis"] = (long)at } });
        long[] target =
            [.. Enumerable.Repeat(0L, at), .. table.Shape.Lengths.ToArray().Select(l => (long)l), .. shape.Lengths[(at + 1)..].ToArray().Select(l => (long)l)];
        if (at + 1 < shape.Rank)
            target[^1] = -1;
        scope.Emit(new FileNode("Reshape", $"{node.Name}/Reshape", [list, scope.Constant(node, "shape", OnnxTensor.Ints(target))], node.Outputs));
    }

    private static void Softmax(FileNode node, UpgradeScope scope)
    {
        if (scope.Opset >= 13)
        {
            scope.Emit(node);
            return;
        }
        // Up to opset 12 the input counts as a matrix whose rows start at the axis (default 1).
        TensorShape shape = scope.Shape(node, 0);
        long axis = node.Int("axis", 1);
        int at = (int)(axis < 0 ? axis + shape.Rank : axis);
        if (at < 0 || at > shape.Rank)
            throw scope.Damaged(node, $"axis {axis} does not fit a value of shape {shape}.");
        if (at >= shape.Rank - 1)
        {
            node.Attributes["axis"] = at == shape.Rank ? throw scope.Unsupported(node, "an axis behind the last one is not supported.") : -1L;
            scope.Emit(node);
            return;
        }
        string flat = scope.Fresh(node, "flat"), soft = scope.Fresh(node, "soft");
        scope.Emit(new FileNode("Flatten", $"{node.Name}/Flatten", [node.Input(0)], [flat]) { Attributes = { ["axis"] = (long)at } });
        scope.Emit(new FileNode(node.OpType, node.Name, [flat], [soft]) { Attributes = { ["axis"] = -1L } });
        string target = scope.Constant(node, "shape", OnnxTensor.Ints([-1, .. shape.Lengths[1..].ToArray().Select(l => (long)l)]));
        scope.Emit(new FileNode("Reshape", $"{node.Name}/Reshape", [soft, target], node.Outputs));
    }

    private static void Concat(FileNode node, UpgradeScope scope)
    {
        if (scope.Opset < 4)
            node.Attributes.TryAdd("axis", 1L);
        scope.Emit(node);
    }

    private static void CastTarget(FileNode node, UpgradeScope scope)
    {
        if (node.Attributes.GetValueOrDefault("to") is string name)
            node.Attributes["to"] = Enum.TryParse(name, ignoreCase: true, out Schema.TensorProto.Types.DataType type) ? (long)type
                : throw scope.Damaged(node, $"element type '{name}' is not known.");
        scope.Emit(node);
    }

    private static void Pad(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "paddings", 1);
        scope.AttributeToInput(node, "pads", 1);
        if (node.Take("value") is float value)
            node.SetInput(2, scope.Constant(node, "value", OnnxTensor.Float(value)));
        scope.Emit(node);
    }

    private static void Slice(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "starts", 1);
        scope.AttributeToInput(node, "ends", 2);
        scope.AttributeToInput(node, "axes", 3);
        scope.Emit(node);
    }

    private static void Split(FileNode node, UpgradeScope scope)
    {
        scope.AttributeToInput(node, "split", 1);
        if (node.Input(1).Length == 0)
            node.Attributes.TryAdd("num_outputs", (long)node.Outputs.Count);
        scope.Emit(node);
    }

    private static void OldBroadcast(FileNode node, UpgradeScope scope)
    {
        // Up to opset 6 the second operand is laid over the first from an axis on.
        bool broadcast = node.Take("broadcast") is 1L;
        if (node.Take("axis") is long axis && broadcast && scope.Opset < 7)
        {
            TensorShape a = scope.Shape(node, 0), b = scope.Shape(node, 1);
            long behind = a.Rank - (axis < 0 ? axis + a.Rank : axis) - b.Rank;
            if (behind < 0)
                throw scope.Damaged(node, $"axis {axis} does not fit values of shapes {a} and {b}.");
            if (behind > 0)
                Behind(node, scope, 1, b, (int)behind);
        }
        scope.Emit(node);
    }

    private static void PRelu(FileNode node, UpgradeScope scope)
    {
        // Up to opset 6 a slope of rank 1 is one number per channel.
        if (scope.Opset < 7 && scope.Shape(node, 1) is { Rank: 1 } slope && slope[0] > 1 && scope.Shape(node, 0).Rank > 2)
            Behind(node, scope, 1, slope, scope.Shape(node, 0).Rank - 2);
        scope.Emit(node);
    }

    private static void Behind(FileNode node, UpgradeScope scope, int input, TensorShape shape, int ones)
    {
        string axes = scope.Constant(node, "axes", OnnxTensor.Ints([.. Enumerable.Range(shape.Rank, ones).Select(i => (long)i)])),
            wide = scope.Fresh(node, "wide");
        scope.Emit(new FileNode("Unsqueeze", $"{node.Name}/Unsqueeze", [node.Input(input), axes], [wide]));
        node.SetInput(input, wide);
    }

    private static void Resize(FileNode node, UpgradeScope scope)
    {
        if (scope.Opset < 11)
        {
            node.SetInput(2, node.Input(1));
            node.SetInput(1, "");
            node.Attributes["coordinate_transformation_mode"] = "asymmetric";
            node.Attributes["nearest_mode"] = "floor";
            if (node.Text("mode", "nearest") == "nearest" && scope.Known(node, 2)?.AsFloats() is float[] scales && scales.Any(s => s < 1))
                node = ShrinkFirst(node, scope, scales);
        }
        // The region of interest counts only for tf_crop_and_resize; an empty list of scales means that sizes are given.
        if (node.Text("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize" && node.Inputs.Count > 1)
            node.Inputs[1] = "";
        if (node.Input(2).Length > 0 && scope.Known(node, 2) is { Count: 0 })
            node.Inputs[2] = "";
        if (node.Text("coordinate_transformation_mode", "half_pixel") == "align_corners" && node.Input(2).Length > 0
            && scope.Known(node, 2)?.AsFloats() is float[] known)
            RefuseHalfPixels(node, scope, known);
        scope.Emit(node);
    }

    /// <summary>
    /// Corners are aligned at the length that is asked for in ONNX's tests, at the whole length below it in ONNX Runtime: where they differ, the
    /// meaning is unclear.
    /// </summary>
    private static void RefuseHalfPixels(FileNode node, UpgradeScope scope, float[] scales)
    {
        foreach (TensorShape shape in scope.Shapes(node, 0))
            for (int i = 0; i < Math.Min(scales.Length, shape.Rank); i++)
            {
                long axis = node.Ints("axes") is long[] axes && i < axes.Length ? axes[i] < 0 ? axes[i] + shape.Rank : axes[i] : i;
                double length = axis >= 0 && axis < shape.Rank ? (double)shape[(int)axis] * scales[i] : 0;
                if (Math.Abs(length - Math.Round(length)) > 1e-3)
                    throw scope.Unsupported(node, $"align_corners with a scale of {scales[i]} makes {shape[(int)axis]} pixels to {length:0.###}, "
                        + $"which runtimes understand differently. Export the model with sizes instead of scales.");
            }
    }

    /// <summary>
    /// In opset 10 "nearest" rounds up along axes that become smaller and down along those that become larger (ONNX 1.5, as its node tests
    /// and ONNX Runtime have it). Axes are independent: the first node shrinks, the one that is returned enlarges what is left to enlarge.
    /// </summary>
    private static FileNode ShrinkFirst(FileNode node, UpgradeScope scope, float[] scales)
    {
        if (scales.All(s => s <= 1))
        {
            node.Attributes["nearest_mode"] = "ceil";
            return node;
        }
        string small = scope.Fresh(node, "small");
        string Scales(string suffix, Func<float, float> part) =>
            scope.Constant(node, suffix, new OnnxTensor(new TensorShape(scales.Length), Array.ConvertAll(scales, s => part(s))));
        scope.Emit(new FileNode("Resize", $"{node.Name}/shrink", [node.Input(0), "", Scales("shrinking", s => Math.Min(s, 1))], [small])
        {
            Attributes = new(node.Attributes, StringComparer.Ordinal) { ["nearest_mode"] = "ceil" },
        });
        return new FileNode("Resize", node.Name, [small, "", Scales("enlarging", s => Math.Max(s, 1))], node.Outputs) { Attributes = node.Attributes };
    }

    private static void Upsample(FileNode node, UpgradeScope scope)
    {
        string scales =
            node.Take("scales") is float[] values ? scope.Constant(node, "scales", new OnnxTensor(new TensorShape(values.Length), values)) : node.Input(1);
        if (scales.Length == 0)
            throw scope.Unsupported(node, "an Upsample without scales is not supported. Export the model with opset 11 or newer.");
        scope.Emit(new FileNode("Resize", node.Name, [node.Input(0), "", scales], node.Outputs)
        {
            Attributes = { ["mode"] = node.Text("mode", "nearest"), ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "floor" },
        });
    }

    private static void Mean(FileNode node, UpgradeScope scope)
    {
        string sum = scope.Fresh(node, "sum");
        scope.Emit(new FileNode("Sum", $"{node.Name}/Sum", node.Inputs, [sum]));
        scope.Emit(new FileNode("Mul", node.Name, [sum, scope.Constant(node, "share", OnnxTensor.Float(1f / Math.Max(1, node.Inputs.Count)))], node.Outputs));
    }
}
