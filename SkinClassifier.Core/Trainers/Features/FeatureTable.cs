using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Features;

/// <summary>Features of the readable images of a dataset.</summary>
/// <param name="Values">Features [N,F], row after row.</param>
/// <param name="Labels">Class index of each row.</param>
/// <param name="Length">F.</param>
/// <param name="Examples">Position of each row's image in the dataset.</param>
/// <param name="Skipped">Images that could not be read.</param>
internal sealed record FeatureTable(float[] Values, int[] Labels, int Length, int[] Examples, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Number of rows.</summary>
    public int Count => Labels.Length;
}
