using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>Checks of a plan when it is made.</summary>
internal static class PlanInput
{
    /// <summary>Whether <paramref name="graph"/> has one input and one output and takes <paramref name="input"/>.</summary>
    /// <exception cref="ShapeMismatchException">It does not.</exception>
    public static void Check(Graph graph, TensorShape input)
    {
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new ShapeMismatchException($"Graph {graph.Name}: expected one input and one output, it has {graph.Inputs.Count} and "
                + $"{graph.Outputs.Count}. Cut the graph to the output you need.");
        TensorShape declared = graph.Inputs[0].Shape;
        bool fits = declared.Rank == input.Rank;
        for (int i = 0; fits && i < input.Rank; i++)
            fits = input[i] > 0 && (declared[i] == TensorShape.Free || declared[i] == input[i]);
        if (!fits)
            throw new ShapeMismatchException($"Graph {graph.Name}, input {graph.Inputs[0].Name}: expected shape {declared}, received {input}. Resize "
                + $"the images to the network's input size.");
    }

    /// <summary>Whether a span holds exactly one tensor of <paramref name="shape"/>.</summary>
    /// <exception cref="ShapeMismatchException">It does not.</exception>
    public static void CheckLength(string what, int length, TensorShape shape)
    {
        if (length != shape.ElementCount)
            throw new ShapeMismatchException(
                $"Plan, {what}: expected {shape.ElementCount} values for shape {shape}, received {length}. Pass a span of exactly that length.");
    }
}
