namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Half a cosine from 1 down to <see cref="EndFactor"/>: e + (1 − e)·(1 + cos(π·step/total))/2. Loshchilov and Hutter, SGDR, 2017.
/// Same numbers as torch.optim.lr_scheduler.CosineAnnealingLR with T_max = total steps.
/// </summary>
internal sealed class CosineSchedule : LearningRateSchedule
{
    /// <summary>Factor at the end; default 0, range 0 to 1.</summary>
    public double EndFactor { get; init; }

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step) =>
        EndFactor + (1 - EndFactor) * (1 + Math.Cos(Math.PI * Math.Min(1, (double)step.Step / step.TotalSteps))) / 2;

    /// <inheritdoc/>
    public override string ToString() => Text("cosine", ("end-factor", EndFactor));
}
