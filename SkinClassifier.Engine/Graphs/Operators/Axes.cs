using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>A shape seen from one axis: Outer × Length × Inner elements.</summary>
internal readonly record struct Axes(int Outer, int Length, int Inner)
{
    /// <summary>Splits <paramref name="shape"/> at <paramref name="axis"/>.</summary>
    public static Axes Of(TensorShape shape, int axis)
    {
        int outer = 1, inner = 1;
        for (int i = 0; i < shape.Rank; i++)
            if (i < axis)
                outer *= shape[i];
            else if (i > axis)
                inner *= shape[i];
        return new Axes(outer, shape[axis], inner);
    }
}
