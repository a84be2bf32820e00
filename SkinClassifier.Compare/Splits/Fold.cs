using SkinClassifier.Data;

namespace SkinClassifier.Compare.Splits;

/// <summary>The images that every method gets: the same for all.</summary>
/// <param name="Train">To train on.</param>
/// <param name="Validation">For methods that choose something while they train; never trained on, never measured.</param>
/// <param name="Test">Measured.</param>
internal sealed record Fold(ImageDataset Train, ImageDataset Validation, ImageDataset Test);
