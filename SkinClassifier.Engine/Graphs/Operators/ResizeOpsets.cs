using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>How <see cref="Resize"/> is written in older opsets.</summary>
internal static class ResizeOpsets
{
    /// <summary>Up to opset 10 there are only scales, and asymmetric coordinates.</summary>
    internal static void Upgrade(FileNode node, UpgradeScope scope)
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
            && scope.Known(node, 2)?.AsFloats() is float[] known && !AreWholePixels(node, scope, known))
            return;
        scope.Emit(node);
    }

    /// <summary>What opset 18, 13, 11 and 10 brought is said in another way or refused.</summary>
    internal static void Downgrade(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 18)
        {
            AllSizes(node, scope);
            if (node.Int("antialias", 0) != 0 || node.Ints("axes") is not null || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
                throw scope.Unsupported(node, "antialias, axes and keep_aspect_ratio_policy need opset 18 or newer.");
            node.Take("antialias");
            node.Take("keep_aspect_ratio_policy");
        }
        if (scope.Opset < 11)
        {
            string mode = node.Text("mode", "nearest");
            if (node.Input(2).Length == 0 || node.Text("coordinate_transformation_mode", "half_pixel") != "asymmetric" || mode == "cubic")
                throw scope.Unsupported(node, "only scales with asymmetric coordinates can be written before opset 11.");
            float[] scales = scope.Constants[node.Input(2)].AsFloats();
            if (scope.Opset < 10 && scales.Any(s => s < 1))
                throw scope.Unsupported(node, "making images smaller needs opset 10 or newer.");
            // Opset 9 and 10 round down where an axis becomes larger and up where it becomes smaller.
            string rounding = node.Text("nearest_mode", "round_prefer_floor");
            if (mode == "nearest" && !(rounding == "floor" && scales.All(s => s >= 1) || rounding == "ceil" && scales.All(s => s <= 1)))
                throw scope.Unsupported(node, $"nearest_mode {rounding} with the scales "
                    + $"{string.Join(", ", scales.Select(s => s.ToString(System.Globalization.CultureInfo.InvariantCulture)))} needs opset 11 or newer.");
            scope.Emit(new FileNode(
                scope.Opset < 10 ? "Upsample" : "Resize", node.Name, [node.Input(0), node.Input(2)], node.Outputs)
            { Attributes = { ["mode"] = mode } });
            return;
        }
        if (scope.Opset < 13)
        {
            // Before opset 13 all inputs must be there; empty lists stand for absent ones.
            OnnxTensor empty = new(new TensorShape(0), Array.Empty<float>());
            if (node.Input(1).Length == 0)
                node.SetInput(1, scope.Constant(node, "roi", empty));
            if (node.Input(2).Length == 0)
                node.SetInput(2, scope.Constant(node, "no_scales", empty));
        }
        scope.Emit(node);
    }

    /// <summary>
    /// Corners are aligned at the length that is asked for in ONNX's tests, at the whole length below it in ONNX Runtime: where they differ, the
    /// meaning is unclear.
    /// </summary>
    private static bool AreWholePixels(FileNode node, UpgradeScope scope, float[] scales)
    {
        foreach (TensorShape shape in scope.Shapes(node, 0))
            for (int i = 0; i < Math.Min(scales.Length, shape.Rank); i++)
            {
                long axis = node.Ints("axes") is long[] axes && i < axes.Length ? axes[i] < 0 ? axes[i] + shape.Rank : axes[i] : i;
                double length = axis >= 0 && axis < shape.Rank ? (double)shape[(int)axis] * scales[i] : 0;
                if (Math.Abs(length - Math.Round(length)) > 1e-3)
                {
                    scope.Unsupported(node, $"align_corners with a scale of {scales[i]} makes {shape[(int)axis]} pixels to {length:0.###}, "
                        + $"which runtimes understand differently. Export the model with sizes instead of scales.");
                    return false;
                }
            }
        return true;
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

    /// <summary>Sizes or scales for the axes behind the first ones, said for all axes.</summary>
    private static void AllSizes(FileNode node, ExportScope scope)
    {
        int rank = scope.Rank(node.Input(0));
        if (node.Ints("axes") is not long[] axes || axes.Length == 0 || axes[0] < 0 || axes[^1] != rank - 1
            || axes.Where((axis, i) => axis != axes[0] + i).Any())
            return;
        node.Take("axes");
        if (node.Input(2).Length > 0)
        {
            float[] scales = scope.TakeConstant(node, 2)!.AsFloats();
            node.SetInput(
                2, scope.Constant(node, "all_scales", new OnnxTensor(new TensorShape(rank), [.. Enumerable.Repeat(1f, (int)axes[0]), .. scales])));
            return;
        }
        string shape = scope.Emit(node, "Shape", "shape", node.Input(0));
        FileNode slice = new("Slice", $"{node.Name}/first",
            [shape, scope.Constant(node, "from", OnnxTensor.Ints(0)), scope.Constant(node, "to", OnnxTensor.Ints(axes[0]))],
            [scope.Fresh($"{node.Name}/first")]);
        Slice.Downgrade(slice, scope);
        node.SetInput(3, scope.Emit(node, "Concat", "all_sizes", ("axis", 0L), slice.Outputs[0], node.Input(3)));
    }
}
