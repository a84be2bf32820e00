using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers.Features;

namespace SkinClassifier.Trainers.Networks;

/// <summary>
/// The layers behind the backbone: features [N,F] → (dropout → dense → ReLU)… → dropout → dense → raw scores [N, outputs].
/// The tensors are shared by the graph that trains (with dropout) and the one that predicts (without).
/// </summary>
internal sealed class ClassifierHead
{
    private readonly List<(Tensor Weight, Tensor Bias)> _layers = [];

    /// <summary>
    /// Creates a head with first weights: hidden layers uniform ±√(6/F); the last layer zero (equal scores for all classes) when it is trained on fixed
    /// features, and uniform ±1/√F, as torch.nn.Linear begins, when the network trains with it: behind a layer of zeros nothing tells the network what to
    /// change, and it trains far more slowly.
    /// </summary>
    public ClassifierHead(int features, IReadOnlyList<int> hidden, int outputs, ulong seed, bool withNetwork = false)
    {
        Features = features;
        Outputs = outputs;
        int width = features;
        foreach (int units in hidden.Append(outputs))
        {
            _layers.Add((new Tensor(new TensorShape(units, width)), new Tensor(new TensorShape(units))));
            width = units;
        }
        Reset(seed, withNetwork);
    }

    /// <summary>Gives all layers their first values again.</summary>
    public void Reset(ulong seed, bool withNetwork)
    {
        for (int i = 0; i < _layers.Count; i++)
        {
            (Tensor weight, Tensor bias) = _layers[i];
            bias.Values.Clear();
            weight.Values.Clear();
            bool last = i == _layers.Count - 1;
            if (last && !withNetwork)
                return;
            SeededRandom random = new(seed, 0x4845_4144, (ulong)i);
            double bound = Math.Sqrt((last ? 1.0 : 6.0) / weight.Shape[1]);
            foreach (ref float w in weight.Values)
                w = (float)random.NextDouble(-bound, bound);
        }
    }

    /// <summary>Number of features F.</summary>
    public int Features { get; }

    /// <summary>Number of raw scores.</summary>
    public int Outputs { get; }

    /// <summary>The graph features → raw scores that is trained; <paramref name="dropout"/> is the share that is dropped before each layer.</summary>
    public Graph TrainingGraph(double dropout) => Build(_layers, dropout, softmax: false);

    /// <summary>The graph features → raw scores without dropout.</summary>
    public Graph ScoringGraph() => Build(_layers, 0, softmax: false);

    /// <summary>
    /// The graph features → probabilities [N,K] of the finished network. The temperature T is divided into the last layer;
    /// a single output z becomes the two logits 0 and z. Tensors that differ are copies.
    /// </summary>
    public Graph ProbabilityGraph(double temperature)
    {
        (Tensor weight, Tensor bias) = _layers[^1];
        int width = weight.Shape[1], rows = Outputs == 1 ? 2 : Outputs, skip = rows - Outputs;
        Tensor lastWeight = new(new TensorShape(rows, width)), lastBias = new(new TensorShape(rows));
        for (int i = 0; i < weight.Values.Length; i++)
            lastWeight.Values[skip * width + i] = (float)(weight.Values[i] / temperature);
        for (int i = 0; i < bias.Values.Length; i++)
            lastBias.Values[skip + i] = (float)(bias.Values[i] / temperature);
        return Build([.. _layers[..^1], (lastWeight, lastBias)], 0, softmax: true);
    }

    /// <summary>Makes the first layer, trained on scaled features, fit plain features.</summary>
    public void Fold(FeatureScaling scaling) => scaling.Fold(_layers[0].Weight.Values, _layers[0].Bias.Values);

    private Graph Build(IReadOnlyList<(Tensor Weight, Tensor Bias)> layers, double dropout, bool softmax)
    {
        GraphBuilder builder = new("head");
        string value = builder.Input("features", new TensorShape(TensorShape.Free, Features));
        for (int i = 0; i < layers.Count; i++)
        {
            string name = i == layers.Count - 1 ? "output" : $"hidden{i + 1}";
            if (dropout > 0)
                value = builder.Dropout(value, $"{name}.dropout", (float)dropout);
            string weight = builder.Parameter($"{name}.weight", layers[i].Weight), bias = builder.Parameter($"{name}.bias", layers[i].Bias);
            value = builder.Add("Gemm", name, [value, weight, bias], new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
            if (i < layers.Count - 1)
                value = builder.Relu(value, $"{name}.relu");
        }
        return builder.Build(softmax ? builder.Softmax(value, "softmax") : value);
    }
}
