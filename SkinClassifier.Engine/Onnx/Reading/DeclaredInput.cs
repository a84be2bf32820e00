using SkinClassifier.Onnx.Schema;
using SkinClassifier.Tensors;
using DataType = SkinClassifier.Onnx.Schema.TensorProto.Types.DataType;

namespace SkinClassifier.Onnx.Reading;

/// <summary>A real input of the file: name, shape (free axes as −1) and type of its elements.</summary>
internal sealed record DeclaredInput(string Name, TensorShape Shape, DataType Type = DataType.Float)
{
    private const int FreeSide = 224, OtherFreeSide = 256;

    /// <summary>Whether the file fixes a batch size that could be made free: a list of images, not a vector.</summary>
    public bool CanFreeBatch => Shape.Rank >= 2 && Shape[0] > 0;

    public static DeclaredInput Read(ValueInfoProto info, FileError error)
    {
        TensorShapeProto? shape = info.Type?.TensorType?.Shape;
        if (shape is null)
            throw error.Unsupported($"input '{info.Name}' has no declared shape. Export the model with the shape of its input.");
        if (shape.Dim.Count > 8)
            throw error.Damaged($"input '{info.Name}' has {shape.Dim.Count} axes.");
        int[] lengths = new int[shape.Dim.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            TensorShapeProto.Types.Dimension dim = shape.Dim[i];
            bool isFixed = dim.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && dim.DimValue > 0;
            if (isFixed && dim.DimValue > 1 << 20)
                throw error.Damaged($"input '{info.Name}': axis {i} has length {dim.DimValue}; expected 1 to {1 << 20}.");
            lengths[i] = isFixed ? (int)dim.DimValue : TensorShape.Free;
        }
        // Networks for images always know how many colors they take.
        if (lengths.Length == 4 && lengths[1] == TensorShape.Free && lengths[3] != 3)
            lengths[1] = 3;
        DataType type = (DataType)info.Type!.TensorType.ElemType;
        if (!ElementTypes.IsKnown(type))
            throw error.Unsupported($"input '{info.Name}' has elements of the type {type}. Supported: {ElementTypes.Known}.");
        return new DeclaredInput(info.Name, new TensorShape(lengths), type);
    }

    /// <summary>The shapes of the trial runs: two batch sizes; a third one with another image size when that is free too.</summary>
    public TensorShape[] Lanes(bool freeBatch)
    {
        if (Shape.Rank == 0)
            return [Shape, Shape, Shape];
        bool freeSides = Shape.Lengths[1..].Contains(TensorShape.Free);
        bool batchVaries = freeBatch || Shape[0] == TensorShape.Free;
        int first = Shape[0] == TensorShape.Free ? 2 : Shape[0], second = batchVaries ? first + 1 : first;
        return [Sized(first, FreeSide), Sized(second, FreeSide), Sized(first, freeSides ? OtherFreeSide : FreeSide)];
    }

    private TensorShape Sized(int batch, int side)
    {
        int[] lengths = Shape.Lengths.ToArray();
        for (int i = 1; i < lengths.Length; i++)
            if (lengths[i] == TensorShape.Free)
                lengths[i] = side;
        lengths[0] = batch;
        return new TensorShape(lengths);
    }
}
