namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Up from 1/<see cref="StartDivisor"/> to 1 in the first <see cref="RiseFraction"/> of all steps, then down to 1/(StartDivisor·<see cref="EndDivisor"/>),
/// both along half a cosine; momentum the other way round, from <see cref="HighMomentum"/> to <see cref="LowMomentum"/> and back: large steps forget sooner.
/// Smith, Super-Convergence, 2018. Same numbers as torch.optim.lr_scheduler.OneCycleLR.
/// </summary>
internal sealed class OneCycleSchedule : LearningRateSchedule
{
    /// <summary>Part of all steps in which the rate rises; default 0.3, range above 0 to below 1.</summary>
    public double RiseFraction { get; init; } = 0.3;

    /// <summary>The rate starts at 1/this; default 25.</summary>
    public double StartDivisor { get; init; } = 25;

    /// <summary>The rate ends at the start rate divided by this; default 10 000.</summary>
    public double EndDivisor { get; init; } = 1e4;

    /// <summary>Momentum where the rate is highest; default 0.85, range 0 to below 1.</summary>
    public double LowMomentum { get; init; } = 0.85;

    /// <summary>Momentum at both ends; default 0.95, range 0 to below 1.</summary>
    public double HighMomentum { get; init; } = 0.95;

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step) => Along(step, 1 / StartDivisor, 1, 1 / StartDivisor / EndDivisor);

    /// <inheritdoc/>
    public override double? Momentum(in ScheduleStep step) => Along(step, HighMomentum, LowMomentum, HighMomentum);

    private double Along(in ScheduleStep step, double start, double turn, double end)
    {
        double top = Math.Max(RiseFraction * step.TotalSteps - 1, 0), last = step.TotalSteps - 1;
        if (step.Step <= top)
            return top > 0 ? Between(start, turn, step.Step / top) : turn;
        return last <= top ? end : Between(turn, end, Math.Min(1, (step.Step - top) / (last - top)));
    }

    private static double Between(double from, double to, double split) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * split));

    /// <inheritdoc/>
    public override string ToString() =>
        Text("one-cycle", ("rise-fraction", RiseFraction), ("start-divisor", StartDivisor), ("end-divisor", EndDivisor),
            ("low-momentum", LowMomentum), ("high-momentum", HighMomentum));
}
