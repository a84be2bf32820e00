namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Rate·<see cref="DecayRate"/>^(epoch/<see cref="EpochsPerDecay"/>), smooth from step to step or, with <see cref="Staircase"/>, in whole powers
/// (ML.NET's ExponentialLRDecay; staircase with 1 epoch = torch.optim.lr_scheduler.ExponentialLR).
/// </summary>
internal sealed class ExponentialSchedule : LearningRateSchedule
{
    /// <summary>Factor of each decay; default 0.94, range above 0 to 1.</summary>
    public double DecayRate { get; init; } = 0.94;

    /// <summary>Epochs between two decays; default 1, above 0.</summary>
    public double EpochsPerDecay { get; init; } = 1;

    /// <summary>Whether the rate falls in steps; default false.</summary>
    public bool Staircase { get; init; }

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step)
    {
        double power = step.Epoch / EpochsPerDecay;
        return Math.Pow(DecayRate, Staircase ? Math.Floor(power) : power);
    }

    /// <inheritdoc/>
    public override string ToString() => Text("exponential", ("decay-rate", DecayRate), ("epochs-per-decay", EpochsPerDecay), ("staircase", Staircase ? 1 : 0));
}
