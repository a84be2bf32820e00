using SkinClassifier.Trainers.Checkpoints;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Follows one metric over the epochs: which epoch is best, and whether to stop. Epochs in which the metric is undefined are compared by their loss;
/// they are worse than any other, and they do not count as epochs without improvement.
/// </summary>
internal sealed class EarlyStoppingTracker(EarlyStopping? criteria)
{
    private readonly bool _higherIsBetter = criteria?.Watched is { HigherIsBetter: true };

    /// <summary>0-based epoch with the best value; −1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>The best value; NaN while none was defined.</summary>
    public double BestValue { get; private set; } = double.NaN;

    /// <summary>Loss of the best epoch while its value is undefined; otherwise NaN.</summary>
    public double BestLoss { get; private set; } = double.NaN;

    /// <summary>Epochs seen.</summary>
    public int Epochs { get; private set; }

    /// <summary>Epochs with a defined value since the best one.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether the patience has run out.</summary>
    public bool ShouldStop => criteria is not null && BestEpoch >= 0 && Waited >= criteria.Patience;

    /// <summary>Takes the value of the next epoch; true when it is the best so far. NaN is never best, unless there is nothing else.</summary>
    /// <param name="value">The watched metric; NaN where it is undefined, or where the network has diverged.</param>
    /// <param name="loss">The loss of the epoch; finite beside a NaN value: the metric is undefined for these examples.</param>
    public bool Observe(double value, double loss = double.NaN)
    {
        bool undefined = double.IsNaN(value) && double.IsFinite(loss);
        double sign = _higherIsBetter ? 1 : -1;
        bool better = BestEpoch < 0 || (undefined
            ? double.IsNaN(BestValue) && !(loss >= BestLoss)
            : (double.IsNaN(BestValue) && !double.IsNaN(value)) || sign * value > sign * BestValue + (criteria?.MinDelta ?? 0));
        if (better)
            (BestEpoch, BestValue, BestLoss, Waited) = (Epochs, value, undefined ? loss : double.NaN, 0);
        else if (!undefined)
            Waited++;
        Epochs++;
        return better;
    }

    /// <summary>Writes it to a checkpoint, or reads it.</summary>
    public void Exchange(BinaryExchange io)
    {
        BestEpoch = io.Of(BestEpoch);
        BestValue = io.Of(BestValue);
        BestLoss = io.Of(BestLoss);
        Epochs = io.Of(Epochs);
        Waited = io.Of(Waited);
    }
}
