using SkinClassifier.Execution;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Exponential moving average of the weights, moved after every step; it is validated and kept in their place.</summary>
internal sealed class MovingAverage(IReadOnlyList<Parameter> parameters, double decay)
{
    private readonly WeightSnapshot _average = new(parameters);

    /// <summary>The average, parameter by parameter.</summary>
    public float[][] Values => _average.Values;

    /// <summary>Moves it toward the current weights.</summary>
    /// <param name="step">1-based step of the optimizer; the first ones move it further.</param>
    public void Follow(long step) => _average.Average(ExponentialAverage.Warm(decay, step));

    /// <summary>Starts again from the current weights.</summary>
    public void Restart() => _average.Take();

    /// <summary>Exchanges it with the weights of the network, before and after a validation.</summary>
    public void Swap() => _average.Swap();
}
