using SkinClassifier.Graphs.Files;
using SkinClassifier.Tensors;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>
/// What is known about a value in each trial run. The importer walks the graph for several input sizes at once ("lanes": another
/// batch size, another image size); whatever differs between lanes depends on that size.
/// </summary>
internal sealed class TracedValue
{
    /// <summary>A value that is known only at run time.</summary>
    public TracedValue(string name, TensorShape[] shapes, DataType type)
    {
        Name = name;
        Shapes = shapes;
        Type = type;
    }

    /// <summary>A value that is known in every lane.</summary>
    public TracedValue(string name, OnnxTensor[] constants)
    {
        Name = name;
        Constants = constants;
        Shapes = Array.ConvertAll(constants, c => c.Shape);
        IsUniform = constants.All(c => c.SameAs(constants[0]));
        Type = constants[0].IsFloat ? DataType.Float : DataType.Int64;
    }

    /// <summary>Its name in the finished graph.</summary>
    public string Name { get; }

    /// <summary>The type that the file gives its elements; all run as float32.</summary>
    public DataType Type { get; }

    /// <summary>Shape per lane.</summary>
    public TensorShape[] Shapes { get; }

    /// <summary>Elements per lane; null when known only at run time.</summary>
    public OnnxTensor[]? Constants { get; }

    /// <summary>Whether it is a constant that is the same in every lane.</summary>
    public bool IsUniform { get; }
}
