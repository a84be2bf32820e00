using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Everything that changes while a phase trains; what a checkpoint saves.</summary>
internal sealed class LoopState
{
    /// <summary>The state before the first step.</summary>
    public LoopState(IReadOnlyList<Parameter> parameters, PhaseSettings settings)
    {
        Parameters = parameters;
        Trainable = [.. parameters.Where(p => p.Trainable)];
        Optimizer =
            Optimizer.Create(settings.Optimizer, [.. Trainable.Select(p => p.Shape.ElementCount)], (float)settings.Options.Momentum, settings.Options.Nesterov);
        Best = new WeightSnapshot(parameters);
        Ema = settings.EmaDecay > 0 ? new WeightSnapshot(parameters) : null;
        Swa = settings.SwaEpochs > 0 ? new WeightSnapshot(parameters) : null;
        Tracker = new EarlyStoppingTracker(settings.Options.EarlyStoppingCriteria);
    }

    /// <summary>All parameters of the plan.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether all weights and running statistics are numbers; a step with a finite loss can leave others behind.</summary>
    public bool IsFinite => Parameters.All(p => !p.Value.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));

    /// <summary>Those that are trained.</summary>
    public IReadOnlyList<Parameter> Trainable { get; }

    /// <summary>The optimizer and its memory.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Weights of the best epoch; the starting weights before the first.</summary>
    public WeightSnapshot Best { get; }

    /// <summary>Moving average of the weights, when wanted.</summary>
    public WeightSnapshot? Ema { get; }

    /// <summary>Mean of the weights at the ends of the last epochs, when wanted.</summary>
    public WeightSnapshot? Swa { get; }

    /// <summary>Epochs in <see cref="Swa"/>.</summary>
    public int SwaCount { get; set; }

    /// <summary>Whether <see cref="Best"/> is the average of epochs.</summary>
    public bool SwaKept { get; set; }

    /// <summary>Follows the validation metric.</summary>
    public EarlyStoppingTracker Tracker { get; }

    /// <summary>Finished epochs.</summary>
    public List<TrainingEpoch> History { get; } = [];

    /// <summary>Validation loss (training loss without a validation set) of each finished epoch.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>0-based epoch that runs or comes next.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of this epoch already taken.</summary>
    public int Batch { get; set; }

    /// <summary>Batches begun in this phase, skipped ones included; seeds dropout and mixing.</summary>
    public long Step { get; set; }

    /// <summary>Lowered by steps that gave no finite loss or gradient.</summary>
    public double RateFactor { get; set; } = 1;

    /// <summary>Bad steps in a row.</summary>
    public int BadInARow { get; set; }

    /// <summary>Bad steps in all.</summary>
    public int BadSteps { get; set; }

    /// <summary>Sum of the batch losses of this epoch.</summary>
    public double LossSum { get; set; }

    /// <summary>Right answers of this epoch.</summary>
    public long Right { get; set; }

    /// <summary>Batches that count in <see cref="LossSum"/>.</summary>
    public int Counted { get; set; }

    /// <summary>Seconds of this epoch spent before the run was resumed.</summary>
    public double SecondsBefore { get; set; }

    /// <summary>1-based best epoch of this phase; 0 when the starting weights are still the best.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Learning rate of the last step.</summary>
    public double Rate { get; set; }
}
