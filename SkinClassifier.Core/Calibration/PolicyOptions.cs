namespace SkinClassifier.Calibration;

/// <summary>What a policy promises (<see cref="PredictionPolicy"/>), and what it takes to make one.</summary>
public sealed record PolicyOptions
{
    /// <summary>
    /// α: share of images whose prediction set may lack their class; with <see cref="PredictionSetKind.ClassConditional"/> of each class. Default 0.1,
    /// above 0 to below 1.
    /// </summary>
    public double Alpha { get; init; } = 0.1;

    /// <summary>How prediction sets are made. Default: <see cref="PredictionSetKind.ClassConditional"/>.</summary>
    public PredictionSetKind Sets { get; init; } = PredictionSetKind.ClassConditional;

    /// <summary>Share of errors among the answers that is wanted at most; default 0.1, above 0 to 1. 1: no answer is held back for low confidence.</summary>
    public double Risk { get; init; } = 0.1;

    /// <summary>δ: probability, over the draw of the calibration images, that the risk is higher after all. Default 0.1, above 0 to below 1.</summary>
    public double RiskError { get; init; } = 0.1;

    /// <summary>
    /// Minimum number of calibration images of a class for a limit of its own; with fewer it gets that of all classes together. Also the minimum number of all
    /// calibration images; with fewer there is no policy. Default 20, at least 1.
    /// </summary>
    public int MinImages { get; init; } = 20;

    /// <summary>λ of <see cref="PredictionSetKind.Raps"/>: added for each rank below <see cref="FreeRanks"/>. Default 0.05, 0 or more; 0 is APS.</summary>
    public double Regularization { get; init; } = 0.05;

    /// <summary>k_reg of <see cref="PredictionSetKind.Raps"/>: ranks without a penalty. Default 2, 0 or more.</summary>
    public int FreeRanks { get; init; } = 2;

    /// <summary>What is out of range, each as part of a sentence; none when everything is in order.</summary>
    internal IEnumerable<string> Errors()
    {
        if (Alpha is not (> 0 and < 1))
            yield return FormattableString.Invariant($"Alpha: expected above 0 to below 1, received {Alpha}");
        if (!Enum.IsDefined(Sets))
            yield return $"Sets: expected {nameof(PredictionSetKind.ClassConditional)} or {nameof(PredictionSetKind.Raps)}, received {(int)Sets}";
        if (Risk is not (> 0 and <= 1))
            yield return FormattableString.Invariant($"Risk: expected above 0 to 1, received {Risk}");
        if (RiskError is not (> 0 and < 1))
            yield return FormattableString.Invariant($"RiskError: expected above 0 to below 1, received {RiskError}");
        if (MinImages < 1)
            yield return FormattableString.Invariant($"MinImages: expected at least 1, received {MinImages}");
        if (!(Regularization >= 0) || double.IsInfinity(Regularization))
            yield return FormattableString.Invariant($"Regularization: expected 0 or more, received {Regularization}");
        if (FreeRanks < 0)
            yield return FormattableString.Invariant($"FreeRanks: expected 0 or more, received {FreeRanks}");
    }
}
