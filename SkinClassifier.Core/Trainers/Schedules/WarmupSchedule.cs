namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Rises in a straight line over the first <see cref="Epochs"/> epochs, (step + 1)/warm-up steps, then follows <see cref="Then"/> for what remains.
/// </summary>
internal sealed class WarmupSchedule : LearningRateSchedule
{
    /// <summary>Length of the rise in epochs, fractions allowed; default 1, at least 0.</summary>
    public double Epochs { get; init; } = 1;

    /// <summary>What follows; default <see cref="CosineSchedule"/>.</summary>
    public LearningRateSchedule Then { get; init; } = new CosineSchedule();

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step)
    {
        long rise = Rise(step);
        return (step.Step < rise ? (step.Step + 1.0) / rise : 1) * Then.Factor(After(step, rise));
    }

    /// <inheritdoc/>
    public override double? Momentum(in ScheduleStep step) => Then.Momentum(After(step, Rise(step)));

    private long Rise(in ScheduleStep step) => Math.Clamp((long)Math.Round(Epochs * step.StepsPerEpoch), 0, step.TotalSteps - 1);

    private static ScheduleStep After(in ScheduleStep step, long rise) =>
        step with { Step = Math.Max(step.Step - rise, 0), TotalSteps = step.TotalSteps - rise };

    /// <inheritdoc/>
    public override string ToString() => Text("warm-up", ("epochs", Epochs)) + ", then " + Then;
}
