namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Multiplied with <see cref="Gamma"/> after every <see cref="EpochsPerStep"/> epochs, or, when that is 0, after each third of all epochs
/// (torch.optim.lr_scheduler.StepLR).
/// </summary>
internal sealed class StepSchedule : LearningRateSchedule
{
    /// <summary>Factor of each step; default 0.1, range above 0 to 1.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>Epochs between two steps; default 0 = a third of the phase.</summary>
    public int EpochsPerStep { get; init; }

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step)
    {
        long steps = EpochsPerStep > 0 ? EpochsPerStep * step.StepsPerEpoch : Math.Max(1, (step.TotalSteps + 2) / 3);
        return Math.Pow(Gamma, step.Step / steps);
    }

    /// <inheritdoc/>
    public override string ToString() => Text("step", ("gamma", Gamma), ("epochs-per-step", EpochsPerStep));
}
