using SkinClassifier.Onnx.Reading;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Writing;

/// <summary>Operators whose ONNX inputs or outputs are integers or bool; inside, everything is float32, so a Cast stands between.</summary>
internal static class TypedOutputs
{
    /// <summary>An operator with an integer or bool output, and a Cast to float behind it.</summary>
    public static void Float(FileNode node, ExportScope scope)
    {
        string typed = scope.Fresh($"{node.Name}/typed"), output = node.Outputs[0];
        node.Outputs[0] = typed;
        scope.Emit(node);
        scope.Emit(new FileNode("Cast", $"{node.Name}/Float", [typed], [output]) { Attributes = { ["to"] = (long)DataType.Float } });
    }

    /// <summary>A Cast to an integer type and back; one to a float type keeps float32.</summary>
    public static void Cast(FileNode node, ExportScope scope)
    {
        if ((DataType)node.Int("to", 1) is DataType.Float or DataType.Float16 or DataType.Double or DataType.Bfloat16)
        {
            node.Attributes["to"] = (long)DataType.Float;
            scope.Emit(node);
        }
        else
            Float(node, scope);
    }

    /// <summary>Where with a bool condition.</summary>
    public static void Where(FileNode node, ExportScope scope)
    {
        if (scope.IsParameter(node.Input(0)))
            scope.Conditions.Add(node.Input(0));
        else
            node.SetInput(0, scope.Emit(node, "Cast", "condition", ("to", (long)DataType.Bool), node.Input(0)));
        scope.Emit(node);
    }
}
