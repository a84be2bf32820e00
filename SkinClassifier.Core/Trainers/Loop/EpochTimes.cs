namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Seconds that each epoch of a phase is expected to take. Where images grow, blocks stop or easy images are left out, epochs differ, so the time left
/// does not follow from the number of steps alone.
/// </summary>
/// <param name="Training">Of all steps of an epoch; above 0.</param>
/// <param name="Validation">Of the look at the validation set after it; 0 where there is none.</param>
internal sealed record EpochTimes(double[] Training, double[] Validation)
{
    /// <summary>Of the whole phase.</summary>
    public double Seconds => Training.Sum() + Validation.Sum();

    /// <summary>Seconds until the phase ends, at the speed that was measured in the epoch that runs.</summary>
    /// <param name="epoch">That epoch (0-based).</param>
    /// <param name="secondsLeft">What is left of its steps at this speed.</param>
    /// <param name="seconds">All of its steps at this speed.</param>
    public double Left(int epoch, double secondsLeft, double seconds) =>
        secondsLeft + seconds / Training[epoch] * (Validation[epoch] + Training.Skip(epoch + 1).Sum() + Validation.Skip(epoch + 1).Sum());
}
