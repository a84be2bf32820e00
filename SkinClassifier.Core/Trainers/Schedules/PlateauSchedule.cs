namespace SkinClassifier.Trainers.Schedules;

/// <summary>
/// Multiplied with <see cref="Gamma"/> whenever the validation loss has not fallen for more than <see cref="Patience"/> epochs
/// (torch.optim.lr_scheduler.ReduceLROnPlateau with threshold 1e−4 relative).
/// </summary>
internal sealed class PlateauSchedule : LearningRateSchedule
{
    /// <summary>Factor of each reduction; default 0.3, range above 0 to below 1.</summary>
    public double Gamma { get; init; } = 0.3;

    /// <summary>Epochs without improvement that are tolerated; default 3, at least 0.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>Relative improvement that counts; default 1e−4.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override double Factor(in ScheduleStep step)
    {
        double best = double.PositiveInfinity, factor = 1;
        int bad = 0;
        foreach (double loss in step.ValidationLosses)
        {
            if (loss < best * (1 - Threshold))
                (best, bad) = (loss, 0);
            else if (++bad > Patience)
                (factor, bad) = (factor * Gamma, 0);
        }
        return factor;
    }

    /// <inheritdoc/>
    public override string ToString() => Text("plateau", ("gamma", Gamma), ("patience", Patience), ("threshold", Threshold));
}
