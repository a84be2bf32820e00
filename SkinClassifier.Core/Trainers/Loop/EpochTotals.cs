using SkinClassifier.Trainers.Checkpoints;

namespace SkinClassifier.Trainers.Loop;

/// <summary>What the steps of an epoch have added up to so far.</summary>
internal sealed class EpochTotals
{
    private double _loss;
    private long _correct;
    private int _batches;

    /// <summary>Seconds of this epoch that have passed, those before the run was resumed included.</summary>
    public double Seconds { get; set; }

    /// <summary>Whether a step was taken.</summary>
    public bool HasSteps => _batches > 0;

    /// <summary>Mean loss of the batches.</summary>
    public double? Loss => HasSteps ? _loss / _batches : null;

    /// <summary>Share of right answers.</summary>
    public double? Accuracy(int batchSize) => HasSteps ? (double)_correct / ((long)_batches * batchSize) : null;

    /// <summary>Adds a step.</summary>
    public void Add(GradientAccumulation step)
    {
        _loss += step.Loss;
        _correct += step.Correct;
        _batches += step.Batches;
    }

    /// <summary>Begins the next epoch.</summary>
    public void Clear() => (_loss, _correct, _batches, Seconds) = (0, 0, 0, 0);

    /// <summary>Writes them to a checkpoint, or reads them.</summary>
    public void Exchange(BinaryExchange io)
    {
        _loss = io.Of(_loss);
        _correct = io.Of(_correct);
        _batches = io.Of(_batches);
        Seconds = io.Of(Seconds);
    }
}
