using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Explanations;

/// <summary>
/// A copy of a network whose weights lose what they learned, layer by layer from the top down: the values of every trained tensor of a layer are shuffled, so
/// that their size and spread stay those of the trained network. The four tensors of a BatchNormalization are shuffled alike.
/// </summary>
internal sealed class RandomizedNetwork
{
    private readonly Node[] _layers;
    private readonly ulong _seed;

    /// <summary>Copies a network; nothing is random yet.</summary>
    public RandomizedNetwork(Graph network, ulong seed)
    {
        Graph = network.Clone();
        _seed = seed;
        _layers = [.. Graph.Nodes.Where(n => Trained(n).Any()).Reverse()];
    }

    /// <summary>The copy; its weights change with <see cref="Randomize"/>.</summary>
    public Graph Graph { get; }

    /// <summary>Number of nodes with trained tensors.</summary>
    public int Layers => _layers.Length;

    /// <summary>Number of random layers, from the top.</summary>
    public int Randomized { get; private set; }

    /// <summary>Makes further layers random until there are <paramref name="count"/>, and returns the name of the lowest.</summary>
    public string Randomize(int count)
    {
        for (; Randomized < count; Randomized++)
        {
            bool alike = _layers[Randomized].Operator.OpType == "BatchNormalization";
            ulong place = 0;
            foreach (string name in alike ? _layers[Randomized].Inputs.Skip(1) : Trained(_layers[Randomized]))
                new SeededRandom(_seed, (ulong)Randomized, alike ? 0 : place++).Shuffle(Graph.Parameters[name].Values);
        }
        return _layers[Randomized - 1].Name;
    }

    private IEnumerable<string> Trained(Node node) => node.Inputs.Where((name, i) =>
        node.Operator.IsTrainable(i) && Graph.Parameters.TryGetValue(name, out Tensor? value) && value.Values.Length > 1 && !GraphComposition.IsConstant(name));
}
