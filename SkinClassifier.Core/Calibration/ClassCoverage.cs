using SkinClassifier.Metrics;

namespace SkinClassifier.Calibration;

/// <summary>How many images of a class have it in their prediction set.</summary>
/// <param name="Label">Class name.</param>
/// <param name="Images">Measured images of the class.</param>
/// <param name="Covered">Those of them whose set has the class.</param>
/// <param name="Calibration">Calibration images of the class, which made its limit; with fewer than <see cref="PolicyOptions.MinImages"/> the limit is that of
/// all classes.</param>
public sealed record ClassCoverage(string Label, int Images, int Covered, int Calibration)
{
    /// <summary>Share; null without images.</summary>
    public double? Share => Images == 0 ? null : (double)Covered / Images;

    /// <summary>
    /// Exact 95 % interval of the share (Clopper and Pearson); null without images. Several images of one lesion or patient make it too narrow.
    /// </summary>
    public ConfidenceInterval? Interval => PolicyMetrics.Interval(Covered, Images);
}
