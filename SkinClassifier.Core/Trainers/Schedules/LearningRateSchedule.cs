using System.Globalization;

namespace SkinClassifier.Trainers.Schedules;

/// <summary>Where training stands, for a schedule.</summary>
/// <param name="Step">Optimizer steps taken in this phase, from 0.</param>
/// <param name="StepsPerEpoch">Steps of one epoch, at least 1.</param>
/// <param name="TotalSteps">Planned steps of the phase, at least 1.</param>
/// <param name="ValidationLosses">Validation loss of each finished epoch of the phase; training loss where there is no validation set.</param>
public readonly record struct ScheduleStep(long Step, long StepsPerEpoch, long TotalSteps, IReadOnlyList<double> ValidationLosses)
{
    /// <summary>Epochs done, with a fraction.</summary>
    public double Epoch => (double)Step / StepsPerEpoch;
}

/// <summary>
/// How the learning rate changes from step to step. A schedule has no memory: the factor follows from <see cref="ScheduleStep"/> alone,
/// so a resumed run goes on exactly where it stopped. Derive from it for a schedule of your own.
/// </summary>
public abstract partial class LearningRateSchedule
{
    /// <summary>What the base learning rate is multiplied with in this step; at least 0.</summary>
    public abstract double Factor(in ScheduleStep step);

    /// <summary>
    /// Momentum in this step (β₁ of Adam), above 0 and below 1, when the schedule sets it; null, the default, leaves it as the optimizer has it.
    /// An optimizer without momentum stays without.
    /// </summary>
    public virtual double? Momentum(in ScheduleStep step) => null;

    /// <summary>Names that <see cref="FromName"/> knows.</summary>
    public static IReadOnlyList<string> Names => ScheduleCatalog.Names;

    /// <summary>The schedule of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="parameters">Its settings as "name=value,name=value", for example "rise-fraction=0.2,end-divisor=100"; empty or null: the defaults.</param>
    /// <exception cref="ArgumentException">The name is not in <see cref="Names"/>, or a parameter is unknown or out of its range; all errors at
    /// once.</exception>
    public static LearningRateSchedule FromName(string name, string? parameters = null) => ScheduleCatalog.Create(name, parameters);

    /// <summary>
    /// Name and parameters, for reports and for the key that binds a checkpoint to its options: schedules with the same text must give the same factors.
    /// A schedule of your own that has parameters overrides it.
    /// </summary>
    public override string ToString() => GetType().FullName!;

    /// <summary>"name (parameter value, parameter value)".</summary>
    private protected static string Text(string name, params ReadOnlySpan<(string Name, double Value)> parameters)
    {
        List<string> splits = [];
        foreach ((string parameter, double value) in parameters)
            splits.Add(string.Create(CultureInfo.InvariantCulture, $"{parameter} {value}"));
        return splits.Count == 0 ? name : $"{name} ({string.Join(", ", splits)})";
    }
}
