using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>
/// What a network computes from one of its values on: the graph that value → score. Other values that it reads beside (skip connections that began
/// earlier) do not depend on that value; they stand in it as constants.
/// </summary>
internal sealed class NetworkTail
{
    private NetworkTail(Graph graph, IReadOnlyList<string> constants) => (Graph, Constants) = (graph, constants);

    /// <summary>One input, the value; one output, the score. Dropout is left out.</summary>
    public Graph Graph { get; }

    /// <summary>Names of its parameters that have to be filled with values of the network.</summary>
    public IReadOnlyList<string> Constants { get; }

    /// <summary>The tail of a network for a batch of one, or null where the score does not depend on the value.</summary>
    public static NetworkTail? Of(ClassScores scores, string value, string score)
    {
        Graph cut = scores.Network.Cut(score);
        HashSet<string> made = new(StringComparer.Ordinal) { value };
        List<Node> nodes = [];
        foreach (Node node in cut.Nodes)
            if (node.Inputs.Any(made.Contains) && !node.Outputs.Contains(value))
            {
                nodes.Add(node.Operator is Dropout ? new Node(node.Name, Identity(), [node.Inputs[0]], [node.Outputs[0]]) : node);
                made.UnionWith(node.Outputs.Where(o => o.Length > 0));
            }
        if (!made.Contains(score))
            return null;
        string[] constants = [.. nodes.SelectMany(n => n.Inputs).Where(i => i.Length > 0 && !made.Contains(i) && !cut.Parameters.ContainsKey(i)).Distinct()];
        Dictionary<string, Tensor> parameters = cut.Parameters.ToDictionary(StringComparer.Ordinal);
        foreach (string constant in constants)
            parameters[constant] = new Tensor(scores.Shapes[constant]);
        TensorShape shape = scores.Shapes[value].With(0, TensorShape.Free);
        return new NetworkTail(new Graph(cut.Name, [new GraphInput(value, shape)], nodes, [score], parameters).Cut(score), constants);
    }

    private static Operator Identity() => OperatorCatalog.Create("Identity", OperatorAttributes.None, 1, 1);
}
