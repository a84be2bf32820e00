namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Up from 1/<see cref="StartDivisor"/> to 1 in the first <see cref="RiseFraction"/> of all steps, then down to 1/(StartDivisor·<see cref="EndDivisor"/>),
/// both along half a cosine. Smith, Super-Convergence, 2018. Same numbers as torch.optim.lr_scheduler.OneCycleLR.
/// </summary>
public sealed class OneCycleSchedule : LearningRateScheduler
{
    /// <summary>Part of all steps in which the rate rises; default 0.3, range above 0 to below 1.</summary>
    public double RiseFraction { get; init; } = 0.3;

    /// <summary>The rate starts at 1/this; default 25.</summary>
    public double StartDivisor { get; init; } = 25;

    /// <summary>The rate ends at the start rate divided by this; default 10 000.</summary>
    public double EndDivisor { get; init; } = 1e4;

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step)
    {
        double start = 1 / StartDivisor, end = start / EndDivisor;
        double top = Math.Max(RiseFraction * step.TotalSteps - 1, 0), last = step.TotalSteps - 1;
        if (step.Step <= top)
            return top > 0 ? Between(start, 1, step.Step / top) : 1;
        return last <= top ? end : Between(1, end, Math.Min(1, (step.Step - top) / (last - top)));
    }

    private static double Between(double from, double to, double part) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * part));

    /// <inheritdoc/>
    public override string ToString() => Text("one-cycle", ("rise-fraction", RiseFraction), ("start-divisor", StartDivisor), ("end-divisor", EndDivisor));
}
