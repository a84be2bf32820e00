using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>A shape seen from one axis: Outer × Length × Inner elements.</summary>
internal readonly record struct Axes(int Outer, int Length, int Inner)
{
    /// <summary>An axis that fits, counted from the front; negative ones count from the end.</summary>
    public static int Index(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

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
