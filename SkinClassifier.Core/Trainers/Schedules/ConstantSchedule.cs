namespace SkinClassifier.Trainers.Schedules;

/// <summary>The learning rate stays as it is.</summary>
internal sealed class ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step) => 1;

    /// <inheritdoc/>
    public override string ToString() => Text("constant");
}
