using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>The inputs of a node whose results have the batch as their first axis, for the question whether images are independent of each other.</summary>
internal sealed class BatchInputs(Node node, IReadOnlyDictionary<string, TensorShape> shapes, Predicate<string> isParameter)
{
    /// <summary>How many inputs the node names.</summary>
    public int Count => node.Inputs.Count;

    /// <summary>How many axes the first output has, or 0 when it is not used.</summary>
    public int OutputRank { get; } = node.Outputs[0].Length > 0 ? shapes[node.Outputs[0]].Rank : 0;

    /// <summary>Whether only the first input depends on the image.</summary>
    public bool OnlyFirstVaries => node.Inputs.Skip(1).All(i => i.Length == 0 || isParameter(i));

    /// <summary>Whether all inputs are laid over each other so that each image meets its own, or something that is the same for all.</summary>
    public bool AreLaidOverImages => node.Inputs.All(i => !isParameter(i) ? shapes[i].Rank == OutputRank : shapes[i].Rank < OutputRank || shapes[i][0] == 1);

    /// <summary>Whether no input is a parameter.</summary>
    public bool AllVary => !node.Inputs.Any(i => isParameter(i));

    /// <summary>Whether an input is given.</summary>
    public bool Has(int input) => input < node.Inputs.Count && node.Inputs[input].Length > 0;

    /// <summary>Whether an input is a parameter: the same for all images.</summary>
    public bool IsParameter(int input) => isParameter(node.Inputs[input]);

    /// <summary>Shape of an input.</summary>
    public TensorShape Shape(int input) => shapes[node.Inputs[input]];

    /// <summary>Whether an axis of the output, counted from either end, is not the batch.</summary>
    public bool IsInner(long axis) => axis != 0 && axis != -OutputRank;
}
