namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// From 1 to <see cref="EndFactor"/>: e + (1 − e)·(1 − step/total)^<see cref="Power"/> (ML.NET's PolynomialLRDecay; e = 0 is torch's PolynomialLR).
/// </summary>
internal sealed class PolynomialSchedule : LearningRateSchedule
{
    /// <summary>Exponent; default 1 (a straight line), above 0.</summary>
    public double Power { get; init; } = 1;

    /// <summary>Factor at the end; default 0, range 0 to 1.</summary>
    public double EndFactor { get; init; }

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step) =>
        EndFactor + (1 - EndFactor) * Math.Pow(1 - Math.Min(1, (double)step.Step / step.TotalSteps), Power);

    /// <inheritdoc/>
    public override string ToString() => Text("polynomial", ("power", Power), ("end-factor", EndFactor));
}
