namespace SkinClassifier.Calibration;

/// <summary>What <see cref="ImageChecks"/> and a gallery say of an image.</summary>
internal sealed record ImageFindings
{
    /// <summary>How much it is like the training images; null: that is not known.</summary>
    public FamiliarityResult? Familiarity { get; init; }

    /// <summary>What was measured of its quality; null: nothing.</summary>
    public QualityMeasures? Measures { get; init; }

    /// <summary>The limits of the quality; null: there are none.</summary>
    public ImageQuality? Quality { get; init; }

    /// <summary>Limits that it lies beyond.</summary>
    public QualityProblems Problems { get; init; }

    /// <summary>The most similar training images, most similar first; empty without a gallery.</summary>
    public IReadOnlyList<SimilarImage> Similar { get; init; } = [];

    /// <summary>Whether it is not like the training images.</summary>
    public bool IsUnfamiliar => Familiarity is { IsFamiliar: false };

    /// <summary>Whether it should not be answered.</summary>
    public bool SpeaksAgainst => IsUnfamiliar || Problems != QualityProblems.None;

    /// <summary>Codes of <see cref="Reasons"/>, for whoever has kept no more of an image than these two.</summary>
    /// <param name="isUnfamiliar">Whether it is not like the training images.</param>
    /// <param name="problems">Limits that it lies beyond.</param>
    public static IEnumerable<string> Codes(bool isUnfamiliar, QualityProblems problems)
    {
        if (isUnfamiliar)
            yield return ImageChecks.UnfamiliarCode;
        foreach (QualityProblems problem in Each(problems))
            yield return problem.ToString().ToLowerInvariant();
    }

    /// <summary>Why it should not be answered; none: nothing speaks against an answer.</summary>
    public IReadOnlyList<PredictionReason> Reasons()
    {
        List<PredictionReason> reasons = [];
        if (IsUnfamiliar)
            reasons.Add(ImageChecks.DescribeUnfamiliar(Familiarity!.Value.Familiarity));
        reasons.AddRange(Describe(Problems, isNear: false));
        return reasons;
    }

    /// <summary>What its quality is near to: the image can be used, but only just.</summary>
    public IReadOnlyList<PredictionReason> Warnings() =>
        Quality is not null && Measures is { } measures ? [.. Describe(Quality.NearProblems(measures), isNear: true)] : [];

    private IEnumerable<PredictionReason> Describe(QualityProblems problems, bool isNear) =>
        Quality is null || Measures is not { } measures ? [] : Each(problems).Select(problem => Quality.Describe(problem, measures, isNear));

    private static IEnumerable<QualityProblems> Each(QualityProblems problems) =>
        Enum.GetValues<QualityProblems>().Where(p => p != QualityProblems.None && problems.HasFlag(p));
}
