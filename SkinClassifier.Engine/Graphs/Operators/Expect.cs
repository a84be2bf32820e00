using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs.Operators;

/// <summary>Checks of input shapes and attributes; every text starts with the operator's name.</summary>
internal static class Expect
{
    /// <summary>The error "operator: expected X, received Y."</summary>
    public static ShapeMismatchException Error(string opType, string expected, string received) =>
        new($"{opType}: expected {expected}, received {received}.");

    /// <summary>Between <paramref name="least"/> and <paramref name="most"/> inputs are given.</summary>
    public static void Inputs(string opType, ReadOnlySpan<TensorShape> inputs, int least, int most)
    {
        if (inputs.Length < least || inputs.Length > most)
            throw Error(
                opType, least == most ? $"{least} inputs" : string.Create(CultureInfo.InvariantCulture, $"{least} to {most} inputs"), $"{inputs.Length}");
    }

    /// <summary>Input <paramref name="input"/> has at least <paramref name="least"/> and at most <paramref name="most"/> axes.</summary>
    public static void Rank(string opType, string input, TensorShape shape, int least, int most)
    {
        if (shape.Rank < least || shape.Rank > most)
            throw Error(opType, $"{input} with {(least == most ? $"{least}" : $"{least} to {most}")} axes", $"{shape}");
    }

    /// <summary>Input <paramref name="input"/> has exactly the shape <paramref name="expected"/>.</summary>
    public static void Shape(string opType, string input, TensorShape shape, TensorShape expected)
    {
        if (shape != expected)
            throw Error(opType, $"{input} of shape {expected}", $"{shape}");
    }

    /// <summary>An axis as a number from 0 to <paramref name="rank"/> − 1; negative ones count from the end.</summary>
    public static int Axis(string opType, long axis, int rank)
    {
        long result = axis < 0 ? axis + rank : axis;
        if (result < 0 || result >= rank)
            throw Error(opType, $"an axis from {-rank} to {rank - 1}", $"{axis}");
        return (int)result;
    }

    /// <summary>A length that was computed, when an array can have it.</summary>
    public static int Length(string opType, long length) =>
        length >= 0 && length <= Array.MaxLength ? (int)length : throw Error(opType, $"an axis of at most {Array.MaxLength} elements", $"{length}");

    /// <summary>An attribute that breaks the operator's definition.</summary>
    public static UnsupportedContentException Attribute(string opType, string attribute, string received, string supported) =>
        new($"{opType}: attribute {attribute} = {received} is not supported. Supported: {supported}.");

    /// <summary>The node has one output.</summary>
    public static void OneOutput(string opType, int outputCount)
    {
        if (outputCount > 1)
            throw new UnsupportedContentException($"{opType}: expected one output, received {outputCount}. Further outputs of this operator are not "
                + $"supported; export the network for inference.");
    }
}
