using SkinClassifier.Execution;

namespace SkinClassifier.Trainers.Loop;

/// <summary>The weights that a phase ends with, unless later ones are better; the starting weights before the first epoch.</summary>
internal sealed class BestWeights(IReadOnlyList<Parameter> parameters)
{
    private readonly WeightSnapshot _weights = new(parameters);

    /// <summary>1-based epoch that they are of; 0 while the starting weights are the best.</summary>
    public int Epoch { get; private set; }

    /// <summary>Takes the current weights as those of an epoch.</summary>
    public void Take(int epoch)
    {
        _weights.Take();
        Epoch = epoch;
    }

    /// <summary>Writes them back into the network.</summary>
    public void Restore() => _weights.Restore();

    /// <summary>Writes the weights to a checkpoint, or reads them.</summary>
    public void ExchangeWeights(Checkpoints.BinaryExchange io) => io.Fill(_weights.Values);

    /// <summary>Writes the epoch to a checkpoint, or reads it.</summary>
    public void ExchangeEpoch(Checkpoints.BinaryExchange io) => Epoch = io.Of(Epoch);
}
