namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Rises in a straight line over the first <see cref="Epochs"/> epochs, (step + 1)/warm-up steps, then follows <see cref="Then"/> for what remains.
/// </summary>
public sealed class WarmupSchedule : LearningRateScheduler
{
    /// <summary>Length of the rise in epochs, fractions allowed; default 1, at least 0.</summary>
    public double Epochs { get; init; } = 1;

    /// <summary>What follows; default <see cref="CosineSchedule"/>.</summary>
    public LearningRateScheduler Then { get; init; } = new CosineSchedule();

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step)
    {
        long rise = Math.Min((long)Math.Round(Epochs * step.StepsPerEpoch), step.TotalSteps - 1);
        if (step.Step < rise)
            return (step.Step + 1.0) / rise * Then.Factor(step with { Step = 0, TotalSteps = step.TotalSteps - rise });
        return Then.Factor(step with { Step = step.Step - Math.Max(rise, 0), TotalSteps = step.TotalSteps - Math.Max(rise, 0) });
    }

    /// <inheritdoc/>
    public override string ToString() => Text("warm-up", ("epochs", Epochs)) + ", then " + Then;
}
