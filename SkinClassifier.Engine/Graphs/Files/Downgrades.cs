namespace SkinClassifier.Graphs.Files;

/// <summary>What several operators share when they are written in an older opset (9 to 19). Each operator's own changes stand in its file.</summary>
internal static class Downgrades
{
    /// <summary>axes is an attribute up to the opset before <paramref name="since"/>; an empty list may mean that nothing happens.</summary>
    public static Action<FileNode, ExportScope> Axes(int since) => (node, scope) =>
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
    };

    /// <summary>Refuses numbers other than 1 where the opset does not have the attribute.</summary>
    public static void OnesBefore(FileNode node, ExportScope scope, int since, string attribute)
    {
        if (scope.Opset < since && node.Take(attribute) is long[] values && values.Any(v => v != 1))
            throw scope.Unsupported(node, $"{attribute} other than 1 need opset {since} or newer.");
    }

    /// <summary>Refuses a number other than 0 where the opset does not have the attribute.</summary>
    public static void ZeroBefore(FileNode node, ExportScope scope, int since, string attribute)
    {
        if (scope.Opset < since && node.Take(attribute) is long value && value != 0)
            throw scope.Unsupported(node, $"{attribute} = {value} needs opset {since} or newer.");
    }

    /// <summary>An operator with an integer or bool output, and a Cast to float behind it: inside, everything is float32.</summary>
    public static void FloatOutput(FileNode node, ExportScope scope)
    {
        string typed = scope.Fresh($"{node.Name}/typed"), output = node.Outputs[0];
        node.Outputs[0] = typed;
        scope.Emit(node);
        scope.Emit(new FileNode("Cast", $"{node.Name}/Float", [typed], [output]) { Attributes = { ["to"] = ElementCode.Float } });
    }

    /// <summary>A float as a constant.</summary>
    public static string Number(FileNode node, ExportScope scope, string suffix, float value) => scope.Constant(node, suffix, OnnxTensor.Float(value));
}
