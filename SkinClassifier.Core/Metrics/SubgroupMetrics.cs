namespace SkinClassifier.Metrics;

/// <summary>How good a classifier is on the images with one value of a column of metadata.</summary>
/// <param name="Value">The value, for example "female", or "40–49" years.</param>
/// <param name="Count">Images.</param>
/// <param name="Cases">Different groups of images (lesions, patients); the images where there are no groups.</param>
/// <param name="Accuracy">Share of correct answers.</param>
/// <param name="Sensitivity">Mean recall of the classes that have images here.</param>
/// <param name="Auc">Mean area under the ROC curve, one class against the rest.</param>
/// <param name="CalibrationError">Expected calibration error, 15 bins.</param>
/// <param name="Recall">Recall of each class where there are two classes; else empty.</param>
public sealed record SubgroupMetrics(string Value, int Count, int Cases, MeasuredValue Accuracy, MeasuredValue Sensitivity, MeasuredValue Auc,
    MeasuredValue CalibrationError, IReadOnlyList<MeasuredValue> Recall)
{
    /// <summary>Fewer cases say little: their metrics are flagged, and the largest gaps leave them out.</summary>
    public const int MinCases = 20;

    /// <summary>Whether there are fewer than 20 cases.</summary>
    public bool IsSmall => Cases < MinCases;
}
