namespace SkinClassifier.Calibration;

/// <summary>A training image that looks like another image to the network.</summary>
/// <param name="Id">Its file name, relative to the folder of the training images.</param>
/// <param name="Label">Its class in the training data.</param>
/// <param name="Distance">
/// Distance in the feature space, 0 for the same image; two images of one class are usually about √(2·r) apart, with r up to 64 directions.
/// </param>
public sealed record SimilarImage(string Id, string Label, float Distance);
