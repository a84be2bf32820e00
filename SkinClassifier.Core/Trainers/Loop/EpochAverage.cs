using SkinClassifier.Execution;
using SkinClassifier.Trainers.Checkpoints;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Stochastic weight averaging: the plain mean of the weights at the ends of the last epochs.</summary>
internal sealed class EpochAverage(IReadOnlyList<Parameter> parameters)
{
    private readonly WeightSnapshot _mean = new(parameters);

    /// <summary>The mean, parameter by parameter.</summary>
    public float[][] Values => _mean.Values;

    /// <summary>Epochs in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it was better than the best epoch.</summary>
    public bool IsKept { get; set; }

    /// <summary>Takes the current weights in.</summary>
    public void Add()
    {
        if (Count++ == 0)
            _mean.Take();
        else
            _mean.Average(1 - 1f / Count);
    }

    /// <summary>Writes the mean into the network.</summary>
    public void Restore() => _mean.Restore();

    /// <summary>Writes it to a checkpoint, or reads it.</summary>
    public void Exchange(BinaryExchange io)
    {
        io.Fill(Values);
        Count = io.Of(Count);
    }
}
