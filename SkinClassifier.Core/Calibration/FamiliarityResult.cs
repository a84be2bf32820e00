namespace SkinClassifier.Calibration;

/// <summary>How much an image is like the training images.</summary>
/// <param name="Familiarity">
/// Share of the validation images that are no more familiar, this one counted among them: above 0 to 1. 0.5: as familiar as half of them; 0.05 and less is
/// what one in twenty of them reaches.
/// </param>
/// <param name="Strangeness">
/// What is ranked: 0 for a usual image, 1 for one as strange as one in twenty of the validation images, larger without limit.
/// </param>
/// <param name="Distance">Squared distance to the nearest class, in units of what is usual in that class: about 1 for a usual image.</param>
/// <param name="Residual">What the network sees of it that no training image shows, in units of what is usual: about 1 for a usual image.</param>
/// <param name="Energy">−ln Σ exp(logit), lower for a clearer answer; null where the network has no logits.</param>
internal readonly record struct FamiliarityResult(float Familiarity, float Strangeness, float Distance, float Residual, float? Energy)
{
    /// <summary>Whether the image is like the training images: 95 of 100 validation images are.</summary>
    public bool IsFamiliar => Familiarity > Calibration.Familiarity.Limit;
}
