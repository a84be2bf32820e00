namespace SkinClassifier.Trainers.Schedules;

/// <summary>Where training stands, for a schedule.</summary>
/// <param name="Step">Optimizer steps taken in this phase, from 0.</param>
/// <param name="StepsPerEpoch">Steps of one epoch, at least 1.</param>
/// <param name="TotalSteps">Planned steps of the phase, at least 1.</param>
/// <param name="ValidationLosses">Validation loss of each finished epoch of the phase; training loss where there is no validation part.</param>
public readonly record struct ScheduleStep(long Step, long StepsPerEpoch, long TotalSteps, IReadOnlyList<double> ValidationLosses)
{
    /// <summary>Epochs done, with a fraction.</summary>
    public double Epoch => (double)Step / StepsPerEpoch;
}

/// <summary>
/// How the learning rate changes from step to step. A schedule has no memory: the factor follows from <see cref="ScheduleStep"/> alone,
/// so a resumed run goes on exactly where it stopped. Derive from it for a schedule of your own.
/// </summary>
public abstract class LearningRateScheduler
{
    /// <summary>What the base learning rate is multiplied with in this step; at least 0.</summary>
    public abstract double Factor(in ScheduleStep step);

    /// <summary>Names that <see cref="FromName"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "cosine", "one-cycle", "exponential", "polynomial", "step", "plateau"];

    /// <summary>The schedule of a name, with its default settings.</summary>
    /// <exception cref="ArgumentException">The name is not in <see cref="Names"/>.</exception>
    public static LearningRateScheduler FromName(string name) => name switch
    {
        "constant" => new ConstantSchedule(),
        "cosine" => new CosineSchedule(),
        "one-cycle" => new OneCycleSchedule(),
        "exponential" => new ExponentialSchedule(),
        "polynomial" => new PolynomialSchedule(),
        "step" => new StepSchedule(),
        "plateau" => new PlateauSchedule(),
        _ => throw new ArgumentException($"Schedule: expected one of {string.Join(", ", Names)}, received '{name}'.", nameof(name)),
    };
}
