using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Questions that shape inference asks about its inputs; takes down why the first one was answered with no.</summary>
internal sealed class ShapeCheck(string opType)
{
    /// <summary>"operator: expected X, received Y.", or null when everything fits.</summary>
    public string? Reason { get; private set; }

    /// <summary>The reason as an exception, for those who may rely on shapes that fit.</summary>
    public ShapeMismatchException Error() => new(Reason ?? $"{opType}: the shapes do not fit.");

    /// <summary>Between <paramref name="least"/> and <paramref name="most"/> inputs are given.</summary>
    public bool Inputs(ReadOnlySpan<TensorShape> inputs, int least, int most) => inputs.Length >= least && inputs.Length <= most
        || No(least == most ? $"{least} inputs" : string.Create(CultureInfo.InvariantCulture, $"{least} to {most} inputs"), $"{inputs.Length}");

    /// <summary>Input <paramref name="input"/> has at least <paramref name="least"/> and at most <paramref name="most"/> axes.</summary>
    public bool Rank(string input, TensorShape shape, int least, int most) => shape.Rank >= least && shape.Rank <= most
        || No($"{input} with {(least == most ? $"{least}" : $"{least} to {most}")} axes", $"{shape}");

    /// <summary>Input <paramref name="input"/> has exactly the shape <paramref name="expected"/>.</summary>
    public bool Shape(string input, TensorShape shape, TensorShape expected) => shape == expected || No($"{input} of shape {expected}", $"{shape}");

    /// <summary>An axis as a number from 0 to <paramref name="rank"/> − 1; negative ones count from the end.</summary>
    public bool Axis(long axis, int rank, out int result)
    {
        long at = axis < 0 ? axis + rank : axis;
        bool fits = at >= 0 && at < rank;
        result = fits ? (int)at : 0;
        return fits || No($"an axis from {-rank} to {rank - 1}", $"{axis}");
    }

    /// <summary>A length that was computed, when an array can have it.</summary>
    public bool Length(long length, out int result)
    {
        bool fits = length >= 0 && length <= Array.MaxLength;
        result = fits ? (int)length : 0;
        return fits || No($"an axis of at most {Array.MaxLength} elements", $"{length}");
    }

    /// <summary>The number of elements of a shape, when an array can have so many.</summary>
    public bool Count(TensorShape shape, out int result)
    {
        Reason = shape.CountProblem ?? Reason;
        result = shape.CountProblem is null ? shape.ElementCount : 0;
        return shape.CountProblem is null;
    }

    /// <summary>No: "operator: expected X, received Y."</summary>
    public bool No(string expected, string received)
    {
        Reason = $"{opType}: expected {expected}, received {received}.";
        return false;
    }

    /// <summary>No shapes, for this reason.</summary>
    public TensorShape[]? Misfit(string expected, string received)
    {
        No(expected, received);
        return null;
    }
}
