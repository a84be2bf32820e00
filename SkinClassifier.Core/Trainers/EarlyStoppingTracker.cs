namespace SkinClassifier.Trainers;

/// <summary>Follows one metric over the epochs: which epoch is best, and whether to stop.</summary>
internal sealed class EarlyStoppingTracker(EarlyStopping? criteria)
{
    private readonly bool _higherIsBetter = criteria?.Watched is { HigherIsBetter: true };

    /// <summary>0-based epoch with the best metric; −1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>The best metric.</summary>
    public double BestValue { get; private set; } = double.NaN;

    /// <summary>Epochs seen.</summary>
    public int Epochs { get; private set; }

    /// <summary>Whether the patience has run out.</summary>
    public bool ShouldStop => criteria is not null && BestEpoch >= 0 && Epochs - 1 - BestEpoch >= criteria.Patience;

    /// <summary>Takes the metric of the next epoch; true when it is the best so far. NaN is never best, unless there is nothing else.</summary>
    public bool Observe(double value)
    {
        double sign = _higherIsBetter ? 1 : -1;
        bool better = BestEpoch < 0 || (double.IsNaN(BestValue) && !double.IsNaN(value)) || sign * value > sign * BestValue + (criteria?.MinDelta ?? 0);
        if (better)
            (BestEpoch, BestValue) = (Epochs, value);
        Epochs++;
        return better;
    }

    /// <summary>Puts back what a checkpoint saved.</summary>
    public void Restore(int bestEpoch, double bestValue, int epochs) => (BestEpoch, BestValue, Epochs) = (bestEpoch, bestValue, epochs);
}
