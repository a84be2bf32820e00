using System.Collections.Frozen;
using SkinClassifier.Onnx.Reading;

namespace SkinClassifier.Onnx.Writing;

/// <summary>Rewrites nodes from the terms of opset 20 in those of an older one (9 to 19). What cannot be said there is refused.</summary>
internal static class OpsetDowngrade
{
    private static readonly FrozenDictionary<string, Action<FileNode, ExportScope>> _rewrites =
        new Dictionary<string, Action<FileNode, ExportScope>>(StringComparer.Ordinal)
        {
            ["AveragePool"] = (node, scope) =>
            {
                RuntimeForms.ExplicitPads(node, scope);
                RuntimeForms.SmallPads(node, scope);
                CeilingPools.Run(node, scope);
                OnesBefore(node, scope, 19, "dilations");
                scope.Emit(node);
            },
            ["ArgMax"] = (node, scope) =>
            {
                ZeroBefore(node, scope, 12, "select_last_index");
                TypedOutputs.Float(node, scope);
            },
            ["Cast"] = TypedOutputs.Cast,
            ["Clip"] = (node, scope) =>
            {
                if (scope.Opset < 11)
                {
                    scope.InputToFloat(node, 1, "min");
                    scope.InputToFloat(node, 2, "max");
                }
                scope.Emit(node);
            },
            ["Conv"] = (node, scope) =>
            {
                RuntimeForms.ExplicitPads(node, scope);
                scope.Emit(node);
            },
            ["DepthToSpace"] = Decompositions.DepthToSpace,
            ["Dropout"] = (node, scope) =>
            {
                if (scope.Opset < 12)
                    scope.InputToFloat(node, 1, "ratio");
                scope.Emit(node);
            },
            ["Equal"] = (node, scope) =>
            {
                if (scope.Opset < 11)
                    throw scope.Unsupported(node, "comparing floats needs opset 11 or newer.");
                TypedOutputs.Float(node, scope);
            },
            ["Gelu"] = (node, scope) => Decompositions.Gelu(node, scope, 20),
            ["Gemm"] = (node, scope) =>
            {
                if (scope.Opset < 11 && node.Input(2).Length == 0)
                    node.SetInput(2, scope.Constant(node, "zero", new OnnxTensor(new Tensors.TensorShape(1), [0f])));
                scope.Emit(node);
            },
            ["GroupNormalization"] = (node, scope) => Decompositions.GroupNormalization(node, scope, 18),
            ["HardSwish"] = (node, scope) => Decompositions.HardSwish(node, scope, 14),
            ["LRN"] = RuntimeForms.Lrn,
            ["LayerNormalization"] = (node, scope) => Decompositions.LayerNormalization(node, scope, 17),
            ["LogSoftmax"] = Softmax,
            ["MaxPool"] = (node, scope) =>
            {
                RuntimeForms.ExplicitPads(node, scope);
                RuntimeForms.SmallPads(node, scope);
                CeilingPools.Run(node, scope);
                OnesBefore(node, scope, 10, "dilations");
                scope.Emit(node);
            },
            ["Mish"] = (node, scope) => Decompositions.Mish(node, scope, 18),
            ["Pad"] = Pad,
            ["ReduceL1"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceL2"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceMax"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceMean"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceMin"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceProd"] = (node, scope) => Axes(node, scope, 18),
            ["ReduceSum"] = (node, scope) => Axes(node, scope, 13),
            ["ReduceSumSquare"] = (node, scope) => Axes(node, scope, 18),
            ["Reshape"] = (node, scope) =>
            {
                ZeroBefore(node, scope, 14, "allowzero");
                scope.Emit(node);
            },
            ["Resize"] = Resize,
            ["Slice"] = Slice,
            ["Softmax"] = Softmax,
            ["Split"] = Split,
            ["Squeeze"] = (node, scope) => Axes(node, scope, 13),
            ["Swish"] = Decompositions.Swish,
            ["Unsqueeze"] = (node, scope) => Axes(node, scope, 13),
            ["Where"] = TypedOutputs.Where,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Hands the node, or what takes its place, to the scope.</summary>
    public static void Run(FileNode node, ExportScope scope)
    {
        int first = scope.Nodes.Count;
        if (_rewrites.TryGetValue(node.OpType, out Action<FileNode, ExportScope>? rewrite))
            rewrite(node, scope);
        else
            scope.Emit(node);
        if (scope.Opset < 11 && scope.Nodes.Count == first + 1)
            CountAxesFromFront(scope.Nodes[first], scope);
        foreach (FileNode written in scope.Nodes.Skip(first))
            while (written.Inputs.Count > 0 && written.Inputs[^1].Length == 0)
                written.Inputs.RemoveAt(written.Inputs.Count - 1);
    }

    private static void Axes(FileNode node, ExportScope scope, int since)
    {
        if (scope.Opset < since)
        {
            bool keepsAll = node.Take("noop_with_empty_axes") is 1L;
            if (keepsAll && scope.TakeConstant(node, 1) is null or { Count: 0 } && keepsAll)
            {
                scope.Emit(new FileNode("Identity", node.Name, [node.Input(0)], node.Outputs));
                return;
            }
            scope.InputToAttribute(node, 1, "axes");
            if (node.Ints("axes") is { Length: 0 })
                node.Take("axes");
        }
        scope.Emit(node);
    }

    private static void CountAxesFromFront(FileNode node, ExportScope scope)
    {
        int rank = node.OpType == "Unsqueeze" ? scope.Rank(node.Outputs[0]) : scope.Rank(node.Input(0));
        if (node.Attributes.GetValueOrDefault("axis") is < 0L and long axis)
            node.Attributes["axis"] = axis + rank;
        if (node.Ints("axes") is long[] axes)
            node.Attributes["axes"] = Array.ConvertAll(axes, a => a < 0 ? a + rank : a);
    }

    private static void Softmax(FileNode node, ExportScope scope)
    {
        if (scope.Opset >= 13)
        {
            scope.Emit(node);
            return;
        }
        // Up to opset 12 everything behind the axis counts: the axis must be the last one.
        int rank = scope.Rank(node.Input(0));
        long axis = node.Int("axis", -1);
        axis = axis < 0 ? axis + rank : axis;
        if (axis == rank - 1)
        {
            node.Attributes["axis"] = axis;
            scope.Emit(node);
            return;
        }
        long[] swap = [.. Enumerable.Range(0, rank).Select(i => i == axis ? rank - 1L : i == rank - 1 ? axis : i)];
        string turned = scope.Emit(node, "Transpose", "turned", ("perm", swap), node.Input(0));
        string soft = scope.Emit(node, node.OpType, "soft", ("axis", rank - 1L), turned);
        scope.Emit(new FileNode("Transpose", node.Name, [soft], node.Outputs) { Attributes = { ["perm"] = swap } });
    }

    /// <summary>Pads and value as attributes where the opset has them so.</summary>
    internal static void Pad(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 18 && node.Input(3).Length > 0)
        {
            int rank = scope.Rank(node.Input(0));
            long[] axes = scope.TakeConstant(node, 3)!.AsIntegers(), pads = scope.TakeConstant(node, 1)!.AsIntegers(), full = new long[2 * rank];
            for (int i = 0; i < axes.Length; i++)
            {
                long axis = axes[i] < 0 ? axes[i] + rank : axes[i];
                (full[axis], full[axis + rank]) = (pads[i], pads[i + axes.Length]);
            }
            node.SetInput(1, scope.Constant(node, "all_pads", OnnxTensor.Ints(full)));
        }
        if (scope.Opset < 11)
        {
            scope.InputToAttribute(node, 1, "pads");
            scope.InputToFloat(node, 2, "value");
        }
        scope.Emit(node);
    }

    private static void Split(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 18)
        {
            node.Take("num_outputs");
            if (node.Input(1).Length == 0)
            {
                // A last part that is shorter must be said before opset 18.
                Tensors.TensorShape x = scope.Shape(node.Input(0));
                long axis = node.Int("axis", 0), length = x[(int)(axis < 0 ? axis + x.Rank : axis)], count = node.Outputs.Count,
                    part = (length + count - 1) / count;
                if (length % count != 0)
                    node.SetInput(1, scope.Constant(
                        node, "lengths", OnnxTensor.Ints([.. Enumerable.Range(0, (int)count).Select(i => Math.Clamp(length - i * part, 0, part))])));
            }
        }
        if (scope.Opset < 13)
            scope.InputToAttribute(node, 1, "split");
        scope.Emit(node);
    }

    private static void Slice(FileNode node, ExportScope scope)
    {
        if (scope.Opset < 10)
        {
            if (scope.TakeConstant(node, 4) is OnnxTensor steps && steps.AsIntegers().Any(s => s != 1))
                throw scope.Unsupported(node, "steps other than 1 need opset 10 or newer.");
            scope.InputToAttribute(node, 1, "starts");
            scope.InputToAttribute(node, 2, "ends");
            scope.InputToAttribute(node, 3, "axes");
        }
        scope.Emit(node);
    }

    private static void Resize(FileNode node, ExportScope scope)
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
            OnnxTensor empty = new(new Tensors.TensorShape(0), Array.Empty<float>());
            if (node.Input(1).Length == 0)
                node.SetInput(1, scope.Constant(node, "roi", empty));
            if (node.Input(2).Length == 0)
                node.SetInput(2, scope.Constant(node, "no_scales", empty));
        }
        scope.Emit(node);
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
                2, scope.Constant(node, "all_scales", new OnnxTensor(new Tensors.TensorShape(rank), [.. Enumerable.Repeat(1f, (int)axes[0]), .. scales])));
            return;
        }
        string shape = scope.Emit(node, "Shape", "shape", node.Input(0));
        FileNode slice = new("Slice", $"{node.Name}/first",
            [shape, scope.Constant(node, "from", OnnxTensor.Ints(0)), scope.Constant(node, "to", OnnxTensor.Ints(axes[0]))],
            [scope.Fresh($"{node.Name}/first")]);
        Slice(slice, scope);
        node.SetInput(3, scope.Emit(node, "Concat", "all_sizes", ("axis", 0L), slice.Outputs[0], node.Input(3)));
    }

    private static void OnesBefore(FileNode node, ExportScope scope, int since, string attribute)
    {
        if (scope.Opset < since && node.Take(attribute) is long[] values && values.Any(v => v != 1))
            throw scope.Unsupported(node, $"{attribute} other than 1 need opset {since} or newer.");
    }

    private static void ZeroBefore(FileNode node, ExportScope scope, int since, string attribute)
    {
        if (scope.Opset < since && node.Take(attribute) is long value && value != 0)
            throw scope.Unsupported(node, $"{attribute} = {value} needs opset {since} or newer.");
    }
}
